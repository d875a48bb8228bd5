// `parley parrot`: the Realtime service that says back what it hears, for any client.

import { Unavailable } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { Dialect } from '../realtime/openai/session-update.ts';

export interface ParrotCommandOptions {
  readonly port: number;
  readonly dialect: Dialect;
  /** A file of triggers: what makes the parrot call functions. */
  readonly calls?: string;
}

/** Serves until SIGTERM or SIGINT. Throws a ConfigError where the file of triggers is wrong. */
export const parrot = async ({ port, dialect, calls: file }: ParrotCommandOptions): Promise<ExitCode> => {
  const { startParrot } = await import('../parrot/server/parrot.ts');
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const calls =
    file === undefined ? [] : await (await import('../parrot/responses/trigger-file.ts')).readTriggers(file);
  const server = await startParrot({
    port,
    dialect,
    calls,
    onEvent: ({ direction, type }) => {
      // Fifty of these a second would drown the rest.
      if (type !== 'input_audio_buffer.append') print(`${direction === 'in' ? '<-' : '->'} ${type}`);
    },
  }).catch((error: Error) => {
    throw new Unavailable(error.message);
  });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  print(`The parrot listens at ${server.url}, dialect ${dialect}. End it with Ctrl-C.`);
  await ended;
  await server.close();
  return exitCodes.ok;
};
