// The log: one JSON line per event to stdout, synchronous, without secrets, and never in the way. A reader
// that is gone or slow, or a full disk, costs lines of the log and not the conversation.

import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { createMask } from '../core/redact-secrets.ts';

export interface LogOptions {
  readonly level: string;
  /** What no line may hold; empty ones do not count. */
  readonly secrets: readonly string[];
  /** Instead of stdout. */
  readonly destination?: DestinationStream;
}

export const createLog = (options: LogOptions): Logger => {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: createMask(options.secrets).line },
    },
    options.destination ?? stdout(),
  );
};

// What stdout does not take waits here; at the limit new lines are dropped whole.
const maxWaitingBytes = 65_536;
const retryMs = 100;

const stdout = (): DestinationStream => {
  const stream = destination({ dest: 1, sync: true, maxLength: maxWaitingBytes, retryEAGAIN: () => false });
  let retry: NodeJS.Timeout | undefined;
  // Without a listener the process would die; pino itself goes quiet for good at EPIPE.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      stream.write('');
    }, retryMs).unref();
  });
  return stream;
};
