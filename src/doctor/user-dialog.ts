// What the doctor prints and asks the person at the terminal between two checks: "speak now", "did you hear it?".
// Without a terminal there is no dialog, and the checks do what they can without a person. The terminal stays in line
// mode, so that Ctrl-C is still a signal.

import { createInterface, type Interface } from 'node:readline';

export interface UserDialog {
  /** Prints one line. */
  say(text: string): void;
  /** Yes or no; no at the end of the input, and where the next question comes first. */
  confirm(question: string): Promise<boolean>;
}

export interface TerminalDialog extends UserDialog {
  /** An open question is answered with no. */
  close(): void;
}

const parseAnswer = (line: string): boolean | undefined => {
  if (/^\s*y(es)?\s*$/i.test(line)) return true;
  return /^\s*no?\s*$/i.test(line) ? false : undefined;
};

export const createTerminalDialog = (
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): TerminalDialog => {
  let open: Interface | undefined;
  const confirm = async (question: string): Promise<boolean> => {
    open?.close();
    const lines = createInterface({ input, output, terminal: false });
    open = lines;
    lines.setPrompt(`${question} [y/n] `);
    lines.prompt();
    for await (const line of lines) {
      const answer = parseAnswer(line);
      if (answer !== undefined) return answer;
      lines.prompt();
    }
    return false;
  };
  return { say: (text) => void output.write(`${text}\n`), confirm, close: () => open?.close() };
};
