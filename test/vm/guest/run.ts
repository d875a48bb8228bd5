// Runs programs of the guest to their end.

import { spawn } from 'node:child_process';
import { childEnvironment } from '../../../src/system/child-process.ts';
import { WAIT_LIMIT_MS } from './wait-for.ts';

export interface Ran {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is killed; default: two minutes. */
  readonly limitMs?: number;
  /** Gets the output of both channels as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Never rejects; a missing program ends with 127. */
export const run = (command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((resolve) => {
    // Not as a bound child: that starts two more programs, which is slow under emulation.
    const program = spawn(command, args, { env: { ...childEnvironment(), ...options.env } });
    const texts = { output: '', errors: '' };
    program.stdout.on('data', (chunk: Buffer) => {
      texts.output += chunk.toString('utf8');
      options.onOutput?.(chunk.toString('utf8'));
    });
    program.stderr.on('data', (chunk: Buffer) => {
      texts.errors += chunk.toString('utf8');
      options.onOutput?.(chunk.toString('utf8'));
    });
    const limit = setTimeout(() => program.kill('SIGKILL'), options.limitMs ?? WAIT_LIMIT_MS);
    const end = (code: number | null): void => {
      clearTimeout(limit);
      resolve({ code, ...texts });
    };
    program.on('error', () => end(127));
    program.on('close', end);
    // The exit code says enough about a program that does not read.
    program.stdin.on('error', () => undefined);
    program.stdin.end(options.input);
  });

/**
 * Its standard output.
 * @throws Error with its error output where it does not end with 0
 */
export const outputOf = async (command: string, args: readonly string[]): Promise<string> => {
  const { code, output, errors } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${errors}`);
  return output;
};
