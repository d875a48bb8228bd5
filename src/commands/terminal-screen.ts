// The terminal as a light and a log: lines scroll up, the light stays on the last line. Where stdout is not a
// terminal, there are only lines.

import type { LightPattern } from '../core/conversation.ts';
import type { Light } from '../core/ports.ts';
import { lightPatterns } from '../gpio/light-patterns.ts';

export interface Screen extends Light {
  /** A line above the light. */
  print(line: string): void;
}

const symbols = { on: '●', off: '○' } as const;
const clearLine = '\r\x1b[2K';

export const createScreen = (out: NodeJS.WriteStream): Screen =>
  out.isTTY ? new TerminalScreen(out) : plainScreen(out);

const plainScreen = (out: NodeJS.WriteStream): Screen => ({
  print: (line) => void out.write(`${line}\n`),
  show: () => {},
  stop: () => Promise.resolve(),
});

class TerminalScreen implements Screen {
  readonly #out: NodeJS.WriteStream;
  #durationsMs: readonly number[] = [];
  #index = 0;
  #on = false;
  #isShown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  print(line: string): void {
    this.#out.write(`${clearLine}${line}\n`);
    if (this.#isShown) this.#draw();
  }

  show(pattern: LightPattern): void {
    clearTimeout(this.#timer);
    const durations = lightPatterns[pattern].shape;
    this.#on = durations !== 'off';
    this.#durationsMs = typeof durations === 'string' ? [] : durations;
    this.#index = 0;
    this.#isShown = true;
    this.#draw();
    this.#blink();
  }

  stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isShown = false;
    this.#out.write(clearLine);
    return Promise.resolve();
  }

  #blink(): void {
    const ms = this.#durationsMs[this.#index];
    if (ms === undefined) return;
    this.#timer = setTimeout(() => {
      this.#index = (this.#index + 1) % this.#durationsMs.length;
      this.#on = !this.#on;
      this.#draw();
      this.#blink();
    }, ms);
  }

  #draw(): void {
    this.#out.write(`${clearLine} ${this.#on ? symbols.on : symbols.off} `);
  }
}
