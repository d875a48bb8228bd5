// A line of the log as a person reads it in `parley try`.

import type { LightPattern } from '../core/conversation.ts';

/** What the log may hold; only `time` and `msg` are always there. */
interface LogRecord {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
  readonly phase?: string;
  readonly light?: LightPattern;
  readonly reason?: string;
  readonly who?: string;
  readonly text?: string;
  readonly turn?: number;
  readonly pressToListeningMs?: number;
  readonly committedToFirstDeltaMs?: number;
  readonly firstDeltaToFirstWriteMs?: number;
  readonly replyMs?: number;
  readonly heardMs?: number;
}

const lightNames: Readonly<Record<LightPattern, string>> = {
  off: 'light off',
  blip: 'light flashes now and then',
  fastBlink: 'light blinks fast',
  solid: 'light on',
  slowBlink: 'light blinks slowly',
  heartbeat: 'light beats like a heart',
  longShort: 'light blinks long and short',
  evenBlink: 'light blinks evenly',
  alarm: 'light flashes alarm',
};

/** @param json one line of the log */
export const lineForPeople = (json: string): string => {
  const record = JSON.parse(json) as LogRecord;
  const time = record.time.slice(11, 23);
  // A service's words may hold anything, also what a terminal obeys.
  return `${time}  ${words(record).replace(/\p{C}+/gu, ' ')}`;
};

const words = (record: LogRecord): string => {
  if (record.light !== undefined) return phaseWords(record, record.light);
  if (record.turn !== undefined) return turnWords(record, record.turn);
  if (record.text !== undefined) return `  ${record.msg}: ${record.text}`;
  return record.level !== 'info' ? `  Mind: ${record.msg}` : `  ${record.msg}`;
};

const phaseWords = ({ msg, reason }: LogRecord, light: LightPattern): string => {
  const because = reason === undefined ? '' : `: ${reason}`;
  return `${msg}${because}  [${lightNames[light]}]`;
};

const turnWords = (record: LogRecord, turn: number): string => {
  const facts = [
    delay('press to listening', record.pressToListeningMs),
    delay('committed to first delta', record.committedToFirstDeltaMs),
    delay('first delta to first write', record.firstDeltaToFirstWriteMs),
    delay('length of the reply', record.replyMs),
    delay('heard of it', record.heardMs),
  ];
  return `  Turn ${turn}: ${facts.filter((fact) => fact !== '').join(', ')}`;
};

const delay = (name: string, ms: number | undefined): string => (ms === undefined ? '' : `${name} ${ms} ms`);
