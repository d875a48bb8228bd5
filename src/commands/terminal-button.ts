// Enter is the button. In raw mode the terminal does not echo keys into the line of the light.

import type { ReadStream } from 'node:tty';
import type { Button, ButtonListener } from '../core/ports.ts';

export interface TerminalButtonOptions {
  readonly input: ReadStream;
  /** Ctrl-C, q, or the end of the input. */
  readonly onQuit: () => void;
}

export const createTerminalButton = ({ input, onQuit }: TerminalButtonOptions): Button => {
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
