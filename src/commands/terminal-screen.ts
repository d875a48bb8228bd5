// The terminal as a light and as a log for people: lines scroll up, the light stays on the last line.
// Without a terminal (a pipe, CI) there is no last line to redraw, and every phase is a plain line.

import type { LightPattern } from '../core/conversation.ts';
import type { Light } from '../core/ports.ts';
import { lightPatterns } from '../gpio/light-patterns.ts';

export interface Screen extends Light {
  /** A line above the light. */
  print(line: string): void;
}

const lamp = { on: '●', off: '○' } as const;
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
  #stepsMs: readonly number[] = [];
  #at = 0;
  #on = false;
  #shown = false;
  #blinking: NodeJS.Timeout | undefined;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  print(line: string): void {
    this.#out.write(`${clearLine}${line}\n`);
    if (this.#shown) this.#draw();
  }

  show(pattern: LightPattern): void {
    clearTimeout(this.#blinking);
    const shape = lightPatterns[pattern];
    this.#on = shape !== 'off';
    this.#stepsMs = typeof shape === 'string' ? [] : shape;
    this.#at = 0;
    this.#shown = true;
    this.#draw();
    this.#blink();
  }

  stop(): Promise<void> {
    clearTimeout(this.#blinking);
    this.#shown = false;
    this.#out.write(clearLine);
    return Promise.resolve();
  }

  #blink(): void {
    const ms = this.#stepsMs[this.#at];
    if (ms === undefined) return;
    this.#blinking = setTimeout(() => {
      this.#at = (this.#at + 1) % this.#stepsMs.length;
      this.#on = !this.#on;
      this.#draw();
      this.#blink();
    }, ms);
  }

  #draw(): void {
    this.#out.write(`${clearLine} ${this.#on ? lamp.on : lamp.off} `);
  }
}
