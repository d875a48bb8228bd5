// What is said and heard in the room: the mouth at the far end of the microphone's card, the ear at the far
// end of the loudspeaker's. Their buffers are large, so that a busy emulator makes no gaps of its own.

import { BYTES_PER_SAMPLE, silence } from '../../../src/core/pcm.ts';
import { Child } from '../../../src/system/child-process.ts';
import { cards } from './card.ts';
import { becomes } from './waiting.ts';

const format = ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '24000', '-c', '1'];
const buffer = ['--buffer-time=1000000', '--period-time=50000'];

/** Says it, with a little silence around it; resolves when the last sample was said. */
export const say = (pcm: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const mouth = new Child('aplay', [...format, ...buffer, '-D', `hw:${cards.microphone},0,0`, '-'], {
      stdin: 'pipe',
      onExit: (code, signal, errors) => {
        if (code === 0 && errors === '') resolve();
        else reject(new Error(`The mouth could not speak (${signal ?? code}): ${errors}`));
      },
    });
    mouth.stdin?.end(Buffer.concat([silence(200), pcm, silence(300)]));
  });

/** Carries what the loudspeaker plays to the microphone; resolves when the returned function has ended that. */
export const openAir = (): (() => Promise<void>) => {
  const near = [...format, '--buffer-time=200000', '--period-time=20000'];
  const mouth = new Child('aplay', [...near, '-D', `hw:${cards.microphone},0,0`, '-'], { stdin: 'pipe' });
  const ear = new Child('arecord', [...near, '-D', `hw:${cards.loudspeaker},0,0`, '-'], {
    onOutput: (chunk) => mouth.stdin?.write(chunk),
  });
  return async () => {
    await ear.stop();
    await mouth.stop();
  };
};

/** Hears all that leaves the loudspeaker, from the moment it is made. */
export class Ear {
  readonly #child: Child;
  #chunks: Buffer[] = [];
  #sounding = 0;
  #errors = '';

  constructor() {
    this.#child = new Child('arecord', [...format, ...buffer, '-D', `hw:${cards.loudspeaker},0,0`, '-'], {
      onOutput: (chunk) => {
        this.#chunks.push(chunk);
        // A pipe splits no sample of arecord's, which writes whole periods.
        for (let at = 0; at + 1 < chunk.length; at += BYTES_PER_SAMPLE)
          if (chunk[at] !== 0 || chunk[at + 1] !== 0) this.#sounding += 1;
      },
      onExit: (_code, _signal, errors) => {
        this.#errors = errors;
      },
    });
  }

  /** Resolves when it hears. */
  ready(): Promise<void> {
    return becomes(
      () => this.#chunks.length > 0,
      'the ear to hear anything, be it silence',
      undefined,
      () => this.#errors,
    );
  }

  /** Everything so far, silence included. */
  get heard(): Buffer {
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  /** Since it last forgot. */
  get soundingSamples(): number {
    return this.#sounding;
  }

  forget(): void {
    this.#chunks = [];
    this.#sounding = 0;
  }

  /** Resolves when it has heard the whole of it, every sample in its place. */
  async hears(pcm: Buffer, limitMs: number): Promise<void> {
    const report = (): string => `(${this.#errors} ${describeDifference(this.heard, pcm)})`;
    await becomes(() => this.heard.includes(pcm), 'the reply, sample for sample', limitMs, report);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Where a recording first differs from what should be in it, for the report of a failure. */
const describeDifference = (heard: Buffer, wanted: Buffer): string => {
  const first = heard.indexOf(wanted.subarray(0, 64));
  if (first < 0) return `its first 32 samples were not heard at all, in ${heard.length} bytes`;
  const same = wanted.findIndex((byte, at) => byte !== heard[first + at]);
  const at = Math.floor(same / BYTES_PER_SAMPLE);
  return `it differs from sample ${at} of ${wanted.length / BYTES_PER_SAMPLE} on`;
};
