// `parley parrot`: serves the parrot, a Realtime service that repeats what it hears, to any client.

import { Unavailable } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { Dialect } from '../realtime/openai/session-update.ts';

export interface ParrotCommandOptions {
  readonly port: number;
  readonly dialect: Dialect;
  /** A file of triggers: which functions the parrot calls, and when. */
  readonly calls?: string;
}

/** @throws ConfigError where the file of triggers is wrong */
export const triggersIn = async (file: string | undefined) =>
  file === undefined ? [] : (await import('../parrot/responses/triggers.ts')).readTriggers(file);

/**
 * Serves until SIGTERM or SIGINT.
 * @throws ConfigError where the file of triggers is wrong
 * @throws Unavailable: port-unavailable
 */
export const parrot = async ({ port, dialect, calls: file }: ParrotCommandOptions): Promise<ExitCode> => {
  const { startParrot } = await import('../parrot/server/parrot.ts');
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const server = await startParrot({
    port,
    dialect,
    calls: await triggersIn(file),
    onEvent: ({ direction, type }) => {
      // There are fifty of these in a second.
      if (type !== 'input_audio_buffer.append') print(`${direction === 'in' ? '<-' : '->'} ${type}`);
    },
  }).catch((error: Error) => {
    throw new Unavailable('port-unavailable', error.message);
  });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  print(`The parrot listens at ${server.url}, dialect ${dialect}. Ctrl-C ends it.`);
  await ended;
  await server.close();
  return exitCodes.ok;
};
