// The log: one line per event to stdout, synchronous, without secrets, and never in the way. A reader that is
// gone or slow, or a full disk, costs lines of the log and not the conversation.

import { isatty } from 'node:tty';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { createMask } from '../core/redact-secrets.ts';
import { isJournal } from '../system/journal.ts';
import { journalLine, textLine } from './log-text.ts';

interface LogOptions {
  readonly level: string;
  /** "auto": text in the journal and at a terminal, JSON elsewhere. Default: JSON. */
  readonly format?: 'auto' | 'text' | 'json';
  /** What no line may hold; empty ones do not count. */
  readonly secrets: readonly string[];
  /** Instead of stdout. */
  readonly destination?: DestinationStream;
}

export const createLog = (options: LogOptions): Logger => {
  const stream = options.destination ?? createStdout();
  const toText = textFormat(options.format);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: createMask(options.secrets).line },
    },
    toText === undefined ? stream : { write: (json) => stream.write(`${toText(json)}\n`) },
  );
};

/** How a line becomes text; undefined where it stays JSON. */
const textFormat = (format: LogOptions['format'] = 'json'): ((json: string) => string) | undefined => {
  if (format === 'json') return undefined;
  if (isJournal(1)) return journalLine;
  return format === 'text' || isatty(1) ? textLine : undefined;
};

// What stdout does not take waits here; at the limit new lines are dropped whole.
const MAX_WAITING_BYTES = 65_536;
const RETRY_MS = 100;

const createStdout = (): DestinationStream => {
  const stream = destination({
    dest: 1,
    sync: true,
    maxLength: MAX_WAITING_BYTES,
    retryEAGAIN: () => false,
  });
  let retry: NodeJS.Timeout | undefined;
  // Without a listener the process would die; pino itself goes quiet for good at EPIPE.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      stream.write('');
    }, RETRY_MS).unref();
  });
  return stream;
};
