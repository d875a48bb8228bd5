// A person at a terminal of the virtual Pi, who does what the doctor asks: speaks, listens, looks at the light,
// presses the button, and answers as it was.

import { spawn } from 'node:child_process';
import { BUTTON_GPIO } from './button.ts';
import type { House } from './house.ts';
import { openAir, say } from './room.ts';
import { holderOf, pull } from './simulated-chip.ts';
import { speak } from './voice.ts';
import { becomes } from './waiting.ts';

/** Begins before the doctor listens, and ends after. */
const SPEECH_MS = 8_000;
const LOOK_EVERY_MS = 10;

/** What is done when the words appear: resolves to what is typed then. */
type Deed = readonly [RegExp, () => Promise<string>];

class Person {
  /** In the order in which the doctor asks. */
  readonly deeds: Deed[] = [
    [/Stop it for the test\?.*\[y\/n\] /, async () => 'y\n'],
    [/Speak for three seconds/, () => this.#speaks()],
    [/Did you hear a tone\? \[y\/n\] /, () => this.#listens()],
    [/Did the light flash\? \[y\/n\] /, async () => (this.#sawLight ? 'y\n' : 'n\n')],
    [/Press the button/, () => this.#presses()],
  ];
  readonly #house: House;
  readonly #eyes: NodeJS.Timeout;
  #sawLight = false;
  #spoken: Promise<void> = Promise.resolve();
  #closeAir = (): Promise<void> => Promise.resolve();

  constructor(house: House) {
    this.#house = house;
    this.#eyes = setInterval(() => {
      this.#sawLight ||= house.light.isLit;
    }, LOOK_EVERY_MS);
  }

  async leave(): Promise<void> {
    clearInterval(this.#eyes);
    pull(BUTTON_GPIO, 'up');
    await this.#closeAir();
  }

  async #speaks(): Promise<string> {
    this.#spoken = say(speak(SPEECH_MS, this.#house.nextSeed));
    return '';
  }

  /** From here on the microphone, too, hears what the loudspeaker plays. */
  async #listens(): Promise<string> {
    const heard = this.#house.ear.soundingSamples > 0;
    await Promise.all([this.#spoken, this.#house.ear.stop()]);
    this.#closeAir = openAir();
    return heard ? 'y\n' : 'n\n';
  }

  async #presses(): Promise<string> {
    await becomes(async () => (await holderOf(BUTTON_GPIO)) !== undefined, 'the button to be watched');
    pull(BUTTON_GPIO, 'down');
    return '';
  }
}

export interface Session {
  readonly code: number | null;
  /** What stood on the terminal. */
  readonly lines: readonly string[];
}

/** A session of that command with a person before it. */
export const attended = async (house: House, command: string): Promise<Session> => {
  const someone = new Person(house);
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let seen = '';
  terminal.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8');
    const [deed] = someone.deeds;
    if (deed?.[0].test(seen) !== true) return;
    someone.deeds.shift();
    deed[1]().then(
      (typed) => terminal.stdin.write(typed),
      (error: unknown) => terminal.stdin.write(`${String(error)}\n`),
    );
  });
  const code = await new Promise<number | null>((resolve) => terminal.on('close', resolve));
  await someone.leave();
  return { code, lines: seen.replaceAll('\r', '').split('\n') };
};
