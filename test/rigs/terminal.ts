// A real terminal: a pseudo-terminal, made by util-linux's `script`.

import { spawn } from 'node:child_process';
import { parleyProgram } from './build.ts';
import { until } from './until.ts';

export interface Terminal {
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  type(keys: string): void;
  /** Resolves when the text was shown, since the last such call. */
  until(text: string): Promise<void>;
}

/** `parley` with these words, in a terminal. */
export const startTerminal = (
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Terminal => {
  const command = [process.execPath, parleyProgram, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let seen = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    output: () => output,
    ended: new Promise((resolve) => child.on('close', resolve)),
    type: (keys) => child.stdin.write(keys),
    until: async (text) => {
      await until(() => output.includes(text, seen), `"${text}" in:\n${output}`);
      seen = output.indexOf(text, seen) + text.length;
    },
  };
};
