// A line of the log as text, in the journal and in `parley try`. Pure: JSON in, text out.

import type { TurnFigures } from '../assistant/turn-stats.ts';
import type { LightPattern } from '../core/conversation.ts';
import { journalPriorities, withPriority } from '../system/journal.ts';

const delayNames = {
  pressToListeningMs: 'press to listening',
  committedToFirstDeltaMs: 'committed to first delta',
  firstDeltaToFirstWriteMs: 'first delta to first write',
  replyMs: 'length of the reply',
  heardMs: 'heard of it',
} satisfies Partial<Record<keyof TurnFigures, string>>;

/** What is read of a line; only `time`, `level` and `msg` are always there. */
interface LogRecord extends Partial<TurnFigures> {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly code?: string;
  readonly light?: LightPattern;
  readonly reason?: string;
  readonly text?: string;
  readonly usage?: Readonly<Record<string, number>>;
}

const lightNames: Readonly<Record<LightPattern, string>> = {
  off: 'light off',
  blip: 'light flashes every three seconds',
  fastBlink: 'light blinks fast',
  solid: 'light on',
  slowBlink: 'light blinks slowly',
  heartbeat: 'light beats like a heart',
  longShort: 'light blinks long and short',
  evenBlink: 'light blinks evenly',
  alarm: 'light flashes alarm',
};

const priorities: Readonly<Record<string, number>> = journalPriorities;

/** @param json one line of the log @returns "12:34:56.789  Listening  [light on]", without a line end */
export const textLine = (json: string): string => {
  const record = JSON.parse(json) as LogRecord;
  return `${record.time.slice(11, 23)}  ${printable(record)}`;
};

/** @param json one line of the log @returns "<6>Listening  [light on]", without a line end: the journal knows the time */
export const journalLine = (json: string): string => {
  const record = JSON.parse(json) as LogRecord;
  return withPriority(priorities[record.level] ?? journalPriorities.debug, printable(record));
};

/** @param json one line of the log @returns the same with its priority for the journal, without a line end */
export const journalJson = (json: string): string => {
  const [, level = ''] = /^\{"level":"(\w+)"/.exec(json) ?? [];
  return withPriority(priorities[level] ?? journalPriorities.debug, json.trimEnd());
};

// The text of a service may contain control characters for a terminal or the journal.
const printable = (record: LogRecord): string => words(record).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');

const words = (record: LogRecord): string => {
  if (record.light !== undefined) return phaseWords(record, record.light);
  if (record.turn !== undefined) return turnWords(record, record.turn);
  if (record.usage !== undefined) return `  ${record.msg}: ${list(record.usage)}`;
  if (record.text !== undefined) return `  ${record.msg}: ${record.text}`;
  return `  ${labels[record.level] ?? ''}${record.msg}${facts(record)}`;
};

const labels: Readonly<Record<string, string>> = { warn: 'Warning: ', error: 'Error: ', fatal: 'Error: ' };

const phaseWords = ({ msg, reason }: LogRecord, light: LightPattern): string => {
  const because = reason === undefined ? '' : `: ${reason}`;
  return `${msg}${because}  [${lightNames[light]}]`;
};

const turnWords = (record: LogRecord, turn: number): string => {
  const delays = (Object.keys(delayNames) as (keyof typeof delayNames)[])
    .filter((delay) => record[delay] !== undefined)
    .map((delay) => `${delayNames[delay]} ${record[delay]} ms`);
  return `  Turn ${turn}: ${delays.join(', ')}`;
};

const facts = ({ time, level, msg, code, ...rest }: LogRecord): string =>
  Object.keys(rest).length === 0 ? '' : ` (${list(rest)})`;

const list = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
