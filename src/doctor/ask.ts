// What the doctor says to a person and asks of one, between two checks: "speak now", "did you hear it?".
// Only where somebody sits at a terminal; without an Ask the checks do what they can do alone. The terminal
// keeps its line mode, so that Ctrl-C is the signal it always is.

import { createInterface, type Interface } from 'node:readline';

export interface Ask {
  /** One line. */
  say(text: string): void;
  /** Yes or no; no where nobody answers any more, and where the next question comes first. */
  confirm(question: string): Promise<boolean>;
}

export interface TerminalAsk extends Ask {
  /** An open question is answered with no. */
  close(): void;
}

export interface AskStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const meaningOf = (line: string): boolean | undefined => {
  if (/^\s*y(es)?\s*$/i.test(line)) return true;
  return /^\s*no?\s*$/i.test(line) ? false : undefined;
};

export const createTerminalAsk = ({ input, output }: AskStreams): TerminalAsk => {
  let open: Interface | undefined;
  const confirm = (question: string): Promise<boolean> => {
    open?.close();
    const lines = createInterface({ input, output, terminal: false });
    open = lines;
    lines.setPrompt(`${question} [y/n] `);
    lines.prompt();
    return new Promise((resolve) => {
      lines.once('close', () => resolve(false));
      lines.on('line', (line) => {
        const meaning = meaningOf(line);
        if (meaning === undefined) {
          lines.prompt();
          return;
        }
        resolve(meaning);
        lines.close();
      });
    });
  };
  return { say: (text) => void output.write(`${text}\n`), confirm, close: () => open?.close() };
};
