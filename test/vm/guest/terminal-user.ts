// A user at a terminal who does what the doctor asks: speaks, listens, watches the light, presses the button, and
// answers by what was recorded and seen.

import { spawn } from 'node:child_process';
import { BUTTON_GPIO } from './button.ts';
import { connectLoudspeakerToMicrophone, playToMicrophone } from './loopback-audio.ts';
import type { Rig } from './rig.ts';
import { holderOf, pull } from './simulated-chip.ts';
import { synthesizeSpeech } from './synthetic-speech.ts';
import { waitFor } from './wait-for.ts';

/** Starts before the doctor records, and ends after. */
const SPEECH_MS = 8_000;
const SAMPLE_EVERY_MS = 10;

/** Started when the text appears; resolves to the input for the terminal. */
type Action = readonly [RegExp, () => Promise<string>];

class TerminalUser {
  /** In the order in which the doctor asks. */
  readonly actions: Action[] = [
    [/Stop it for the test\?.*\[y\/n\] /, async () => 'y\n'],
    [/Speak for three seconds/, () => this.#speaks()],
    [/Did you hear a tone\? \[y\/n\] /, () => this.#listens()],
    [/Did the light flash\? \[y\/n\] /, async () => (this.#sawLight ? 'y\n' : 'n\n')],
    [/Press the button/, () => this.#presses()],
  ];
  readonly #rig: Rig;
  readonly #lightTimer: NodeJS.Timeout;
  #sawLight = false;
  #spoken: Promise<void> = Promise.resolve();
  #disconnect = (): Promise<void> => Promise.resolve();

  constructor(rig: Rig) {
    this.#rig = rig;
    this.#lightTimer = setInterval(() => {
      this.#sawLight ||= rig.light.isLit;
    }, SAMPLE_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#lightTimer);
    pull(BUTTON_GPIO, 'up');
    await this.#disconnect();
  }

  async #speaks(): Promise<string> {
    this.#spoken = playToMicrophone(synthesizeSpeech(SPEECH_MS, this.#rig.nextSeed));
    return '';
  }

  /** From here on the microphone also records what the loudspeaker plays. */
  async #listens(): Promise<string> {
    const heard = this.#rig.recorder.nonZeroSamples > 0;
    await Promise.all([this.#spoken, this.#rig.recorder.stop()]);
    this.#disconnect = connectLoudspeakerToMicrophone();
    return heard ? 'y\n' : 'n\n';
  }

  async #presses(): Promise<string> {
    await waitFor(async () => (await holderOf(BUTTON_GPIO)) !== undefined, 'the doctor to watch the button');
    pull(BUTTON_GPIO, 'down');
    return '';
  }
}

export interface Session {
  readonly code: number | null;
  /** The output on the terminal. */
  readonly lines: readonly string[];
}

/** Runs the command in a terminal with such a user. */
export const runWithUser = async (rig: Rig, command: string): Promise<Session> => {
  const user = new TerminalUser(rig);
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let seen = '';
  terminal.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8');
    const [action] = user.actions;
    if (action?.[0].test(seen) !== true) return;
    user.actions.shift();
    action[1]().then(
      (typed) => terminal.stdin.write(typed),
      (error: unknown) => terminal.stdin.write(`${String(error)}\n`),
    );
  });
  const code = await new Promise<number | null>((resolve) => terminal.on('close', resolve));
  await user.stop();
  return { code, lines: seen.replaceAll('\r', '').split('\n') };
};
