// The log: one line per event to stdout, synchronous, without secrets, and never blocking. A reader that has
// ended or is slow, or a full disk, loses lines of the log and does not affect the conversation.

import { isatty } from 'node:tty';
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { createMask } from '../core/redact-secrets.ts';
import { isJournal } from '../system/journal.ts';
import { journalJson, journalLine, textLine } from './log-text.ts';

interface LogOptions {
  readonly level: string;
  /** "auto": text in the journal and at a terminal, JSON elsewhere. Default: JSON. */
  readonly format?: 'auto' | 'text' | 'json';
  /** What no line may contain; empty ones do not count. */
  readonly secrets: readonly string[];
  /** Instead of stdout. */
  readonly destination?: DestinationStream;
}

export const createLog = (options: LogOptions): Logger => {
  const stream = options.destination ?? createStdout();
  const toLine = lineFormat(options.format);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: createMask(options.secrets).line },
    },
    toLine === undefined ? stream : { write: (json) => stream.write(`${toLine(json)}\n`) },
  );
};

/** How a line of JSON is printed; undefined where it stays as it is. */
const lineFormat = (format: LogOptions['format'] = 'json'): ((json: string) => string) | undefined => {
  if (isJournal(1)) return format === 'json' ? journalJson : journalLine;
  return format === 'text' || (format === 'auto' && isatty(1)) ? textLine : undefined;
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
  // Without a listener the process would end; pino itself writes nothing more after EPIPE.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EAGAIN' || retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      stream.write('');
    }, RETRY_MS).unref();
  });
  return stream;
};
