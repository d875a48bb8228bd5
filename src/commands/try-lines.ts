// A line of the log as text, for `parley try`.

import type { LightPattern } from '../core/conversation.ts';

/** Optional facts are those of some lines only. */
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
export const textLine = (json: string): string => {
  const record = JSON.parse(json) as LogRecord;
  const time = record.time.slice(11, 23);
  // The service's texts may contain control characters of a terminal.
  return `${time}  ${textOf(record).replace(/\p{C}+/gu, ' ')}`;
};

const textOf = (record: LogRecord): string => {
  if (record.light !== undefined) return phaseText(record, record.light);
  if (record.turn !== undefined) return turnText(record, record.turn);
  if (record.text !== undefined) return `  ${record.msg}: ${record.text}`;
  return record.level !== 'info' ? `  Warning: ${record.msg}` : `  ${record.msg}`;
};

const phaseText = ({ msg, reason }: LogRecord, light: LightPattern): string => {
  const because = reason === undefined ? '' : `: ${reason}`;
  return `${msg}${because}  [${lightNames[light]}]`;
};

const turnText = (record: LogRecord, turn: number): string => {
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
