#!/usr/bin/env node
// The program `parley`: runs the command line, and ends with its exit code.

import './system/no-debugger.ts';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { createProgram } from './commands/program.ts';
import { errorCode } from './core/errors.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './core/exit-codes.ts';
import { isJournal, journalPriorities, withPriority } from './system/journal.ts';
import { writeFailure } from './system/text-file.ts';

// From the sources and from the bundle: both lie one folder below package.json.
const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const installation = {
  version,
  root: fileURLToPath(new URL('..', import.meta.url)),
};

const main = async (): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram(installation, async (ended) => {
    code = await ended;
  });
  await program.parseAsync();
  return code;
};

/** Prints the error in one line for the person, and gives its exit code. */
const report = (error: unknown): ExitCode => {
  // Commander has printed it: a wrong command line, or help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const code = exitCodeOf(error);
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const text = code === exitCodes.internal ? `Internal error: please report it: ${stack}` : message;
  // So that `journalctl -p warning` shows why the service ended.
  process.stderr.write(`${isJournal(2) ? withPriority(journalPriorities.error, text) : text}\n`);
  return code;
};

// Of rejections without a handler too.
process.on('uncaughtException', (error) => process.exit(report(error)));
process.stdout.on('error', (error) => {
  // The reader of a pipe has ended (`parley try | head`): not an error.
  if (errorCode(error) === 'EPIPE') process.exit(exitCodes.ok);
  process.exit(report(writeFailure('stdout', error)));
});

main().then(
  // After the last write has reported its failure.
  (code) => setImmediate(() => process.exit(code)),
  (error: unknown) => process.exit(report(error)),
);
