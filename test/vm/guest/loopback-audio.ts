// Sound at the far ends of the two cards: plays into the microphone's card and records the loudspeaker's. The
// buffers are large, so that the emulator makes no gaps of its own.

import { BYTES_PER_SAMPLE, silence } from '../../../src/core/pcm.ts';
import { Child } from '../../../src/system/child-process.ts';
import { cards } from './sound-cards.ts';
import { waitFor } from './wait-for.ts';

const format = ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '24000', '-c', '1'];
const buffer = ['--buffer-time=1000000', '--period-time=50000'];

/** Plays it with a little silence around it; resolves when the last sample was played. */
export const playToMicrophone = (pcm: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const player = new Child('aplay', [...format, ...buffer, '-D', `hw:${cards.microphone},0,0`, '-'], {
      stdin: 'pipe',
      onExit: (code, signal, errors) => {
        if (code === 0 && errors === '') resolve();
        else reject(new Error(`aplay failed (${signal ?? code}): ${errors}`));
      },
    });
    player.stdin?.end(Buffer.concat([silence(200), pcm, silence(300)]));
  });

/** Plays into the microphone what the loudspeaker plays, until the returned function is called. */
export const connectLoudspeakerToMicrophone = (): (() => Promise<void>) => {
  const near = [...format, '--buffer-time=200000', '--period-time=20000'];
  const player = new Child('aplay', [...near, '-D', `hw:${cards.microphone},0,0`, '-'], { stdin: 'pipe' });
  const recorder = new Child('arecord', [...near, '-D', `hw:${cards.loudspeaker},0,0`, '-'], {
    onOutput: (chunk) => player.stdin?.write(chunk),
  });
  return async () => {
    await recorder.stop();
    await player.stop();
  };
};

/** Records everything that the loudspeaker plays. */
export class LoudspeakerRecorder {
  readonly #child: Child;
  #chunks: Buffer[] = [];
  #nonZero = 0;
  #errors = '';

  constructor() {
    this.#child = new Child('arecord', [...format, ...buffer, '-D', `hw:${cards.loudspeaker},0,0`, '-'], {
      onOutput: (chunk) => {
        this.#chunks.push(chunk);
        // arecord writes whole periods, so a pipe splits no sample.
        for (let at = 0; at + 1 < chunk.length; at += BYTES_PER_SAMPLE)
          if (chunk[at] !== 0 || chunk[at + 1] !== 0) this.#nonZero += 1;
      },
      onExit: (_code, _signal, errors) => {
        this.#errors = errors;
      },
    });
  }

  /** Resolves when it records. */
  ready(): Promise<void> {
    return waitFor(
      () => this.#chunks.length > 0,
      'the recorder of the loudspeaker to record',
      undefined,
      () => this.#errors,
    );
  }

  /** Everything since the last `clear`, silence included. */
  get recorded(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  /** Since the last `clear`. */
  get nonZeroSamples(): number {
    return this.#nonZero;
  }

  clear(): void {
    this.#chunks = [];
    this.#nonZero = 0;
  }

  /** Resolves when the recording contains all of it, every sample in its place. */
  async untilRecorded(pcm: Buffer, limitMs: number): Promise<void> {
    const report = (): string => `(${this.#errors} ${describeDifference(this.recorded, pcm)})`;
    await waitFor(() => this.recorded.includes(pcm), 'the reply, sample for sample', limitMs, report);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Where a recording first differs from what it should contain, for the report of a failure. */
const describeDifference = (recorded: Buffer, expected: Buffer): string => {
  const first = recorded.indexOf(expected.subarray(0, 64));
  if (first < 0) return `its first 32 samples were not recorded, in ${recorded.length} bytes`;
  const same = expected.findIndex((byte, at) => byte !== recorded[first + at]);
  const at = Math.floor(same / BYTES_PER_SAMPLE);
  return `it differs from sample ${at} of ${expected.length / BYTES_PER_SAMPLE} on`;
};
