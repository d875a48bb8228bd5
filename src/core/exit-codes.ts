// How Parley ends, for the service manager and for scripts. The numbers are those of sysexits.h.

import { ConfigError, Unavailable, UsageError } from './errors.ts';

export const exitCodes = {
  ok: 0,
  /** A turn (`parley try`), a check or a tool call failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 64,
  /** Something is missing or in use, and a restart may fix that: a GPIO line, a port, a file. */
  unavailable: 69,
  /** An internal error of Parley. */
  internal: 70,
  /** The configuration or the key is wrong; a restart does not fix it. */
  config: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code that belongs to an error which nothing has caught. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof ConfigError) return exitCodes.config;
  if (error instanceof UsageError) return exitCodes.usage;
  return error instanceof Unavailable ? exitCodes.unavailable : exitCodes.internal;
};
