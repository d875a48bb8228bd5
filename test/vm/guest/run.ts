// Programs of the guest, run to their end.

import { Child } from '../../../src/adapters/child.ts';
import { PATIENCE_MS } from './waiting.ts';

export interface Ran {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  /** Its last 4 KB. */
  readonly errors: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is killed; default two minutes. */
  readonly limitMs?: number;
  /** Gets what it prints as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Never rejects; a program that is not there ends with 127. */
export const run = (command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = new Child(command, args, {
      stdin: options.input === undefined ? 'ignore' : 'pipe',
      ...(options.env === undefined ? {} : { env: options.env }),
      onOutput: (chunk) => {
        chunks.push(chunk);
        options.onOutput?.(chunk.toString('utf8'));
      },
      onExit: (code, _signal, errors) => {
        clearTimeout(limit);
        resolve({ code, output: Buffer.concat(chunks).toString('utf8'), errors });
      },
    });
    const limit = setTimeout(() => void child.kill(), options.limitMs ?? PATIENCE_MS);
    child.stdin?.end(options.input);
  });

/**
 * What it prints.
 * @throws Error with its words where it does not end with 0
 */
export const outputOf = async (command: string, args: readonly string[]): Promise<string> => {
  const { code, output, errors } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}`);
  return output;
};
