// The terminal in place of the pins: Enter is the button, and the light is the last line, below the lines of the log.

import type { ReadStream, WriteStream } from 'node:tty';
import type { Button, ButtonListener, Light } from '../core/ports.ts';
import { lightPatterns } from '../gpio/light-patterns.ts';

/**
 * Enter is a press. In raw mode the terminal does not echo keys into the line of the light.
 * @param onQuit for Ctrl-C, q, and the end of the input
 */
export const createTerminalButton = (input: ReadStream, onQuit: () => void): Button => {
  let listener: ButtonListener | undefined;
  const onKeys = (keys: Buffer): void => {
    for (const key of keys.toString()) {
      if (key === '\r' || key === '\n') listener?.pressed();
      else if (key === '\x03' || key === '\x04' || key === 'q') onQuit();
    }
  };
  return {
    start: (to) => {
      if (listener === undefined) {
        if (input.isTTY) input.setRawMode(true);
        input.on('data', onKeys).on('end', onQuit).resume();
      }
      listener = to;
      return Promise.resolve();
    },
    stop: () => {
      listener = undefined;
      input.off('data', onKeys).off('end', onQuit).pause();
      if (input.isTTY) input.setRawMode(false);
      return Promise.resolve();
    },
  };
};

export interface Screen extends Light {
  /** A line above the light. */
  print(line: string): void;
}

/** Where `out` is not a terminal, there are only lines. */
export const createScreen = (out: WriteStream): Screen => (out.isTTY ? lightScreen(out) : plainScreen(out));

const plainScreen = (out: WriteStream): Screen => ({
  print: (line) => void out.write(`${line}\n`),
  show: () => {},
  stop: () => Promise.resolve(),
});

const clearLine = '\r\x1b[2K';

const lightScreen = (out: WriteStream): Screen => {
  /** The line of the light; undefined where it is not shown. */
  let shown: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (shown !== undefined) out.write(`${clearLine}${shown}`);
  };
  const blink = (durationsMs: readonly number[], at: number, isOn: boolean): void => {
    shown = ` ${isOn ? '●' : '○'} `;
    draw();
    const ms = durationsMs[at];
    if (ms === undefined) return;
    timer = setTimeout(() => blink(durationsMs, (at + 1) % durationsMs.length, !isOn), ms);
  };
  return {
    print: (line) => {
      out.write(`${clearLine}${line}\n`);
      draw();
    },
    show: (pattern) => {
      clearTimeout(timer);
      const shape = lightPatterns[pattern].shape;
      blink(typeof shape === 'string' ? [] : shape, 0, shape !== 'off');
    },
    stop: () => {
      clearTimeout(timer);
      shown = undefined;
      out.write(clearLine);
      return Promise.resolve();
    },
  };
};
