// The log: one JSON line per event to stdout, synchronous, without secrets, and never in the way. A reader
// that is gone or slow, or a full disk, costs lines of the log and not the conversation.

import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

export interface LogOptions {
  readonly level: string;
  /** What no line may hold; empty ones do not count. */
  readonly secrets: readonly string[];
  /** Instead of stdout. */
  readonly destination?: DestinationStream;
}

export const createLog = (options: LogOptions): Logger => {
  const mask = maskOf(options.secrets.filter((secret) => secret !== ''));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: mask },
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

/** Masks a finished line. Lines without a secret, all of them in a good life, cost a search and no more. */
const maskOf = (secrets: readonly string[]): ((line: string) => string) => {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((one, other) => other.length - one.length);
  const maskText = (text: string): string =>
    forms.reduce((masked, form) => masked.replaceAll(form, '[secret]'), text);
  const holds = (text: string): boolean => forms.some((form) => text.includes(form));
  const maskValue = (value: unknown): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (Array.isArray(value)) return value.map(maskValue);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [maskText(key), maskValue(inner)]),
      );
    return holds(String(value)) ? '[secret]' : value;
  };
  // A secret may look like a part of JSON ("e", "30"): masked inside the values, the line stays JSON.
  return (line) => (holds(line) ? `${JSON.stringify(maskValue(JSON.parse(line)))}\n` : line);
};

/** As it is, and as it looks inside JSON, inside JSON within JSON, and in an address. */
const formsOf = (secret: string): string[] => {
  const once = escaped(secret);
  const twice = escaped(once);
  return [secret, once, twice, escaped(twice), encodeURIComponent(secret)];
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
