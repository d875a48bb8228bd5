// How Parley ends, for the service manager and for scripts. The numbers are those of sysexits.h.

export const exitCodes = {
  ok: 0,
  /** A turn failed (`parley try`), or a check did. */
  failed: 1,
  /** The command line is wrong. */
  usage: 64,
  /** Something that a restart may cure is missing: a GPIO line in use, a port in use. */
  unavailable: 69,
  /** A fault of Parley's own. */
  internal: 70,
  /** The configuration or the key is wrong; a restart cures nothing. */
  config: 78,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
