// The conversation in the log and in the status of the service manager. Pure: words made from records.

import { type Limit, outputs } from '../core/conversation.ts';
import type { Log, Notifier } from '../core/ports.ts';
import type { Observer, TransitionRecord } from './observer.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: object;
  readonly sentence: string;
}

const isInterruption = ({ event, effect }: TransitionRecord): boolean =>
  event === 'buttonPressed' && effect === 'interruptReply';

const levelOf = (record: TransitionRecord): LogEntry['level'] => {
  const { level, status } = outputs[record.to];
  const isNews = status !== outputs[record.from].status || isInterruption(record);
  return level === 'info' && !isNews ? 'debug' : level;
};

export const logEntryOf = (record: TransitionRecord): LogEntry => {
  const { status, light } = outputs[record.to];
  const { to: phase, event, reason, failure } = record;
  return {
    level: levelOf(record),
    facts: { phase, light, event, reason, ...(failure === undefined ? {} : { code: failure.code }) },
    sentence: isInterruption(record) ? 'Interrupted' : status,
  };
};

/** The line for the service manager; undefined where it would repeat the last one. */
export const statusOf = ({ from, to, reason }: TransitionRecord): string | undefined => {
  const { status, level } = outputs[to];
  if (level !== 'info') return `${status}: ${reason}`;
  return status === outputs[from].status ? undefined : status;
};

/** @param transcripts whether the log may say what was said */
export const logConversation = (log: Log, transcripts: boolean): Observer => ({
  transition: (record) => {
    const { level, facts, sentence } = logEntryOf(record);
    log[level](facts, sentence);
  },
  transcript: (speaker, text) => {
    if (transcripts) log.info({ who: speaker, text }, speaker === 'person' ? 'Heard' : 'Said');
  },
  notice: ({ code, sentence }) => log.warn({ code }, sentence),
  usage: (usage) => log.debug({ usage }, 'Usage'),
  turn: (figures) => log.info(figures, 'Turn'),
});

export const reportStatus = (notifier: Notifier): Observer => ({
  transition: (record) => {
    const status = statusOf(record);
    if (status !== undefined) notifier.status(status);
  },
});

/**
 * Why a phase has come to its limit.
 * @param waitedFor what the connection was waiting for
 */
export const timeoutReason = (limit: Limit, ms: number, waitedFor: string): string => {
  const waited = `after ${ms / 1000} s`;
  const reasons: Readonly<Record<Limit, string>> = {
    connect: `Gave up ${waited}: still waited for ${waitedFor}.`,
    silence: `hung up ${waited} of silence`,
    utterance: `hung up ${waited}: the utterance never ended; is there a steady noise?`,
    replyCreated: `no reply was begun ${waited}`,
    firstSound: `the reply made no sound ${waited}`,
    reply: `The reply did not end ${waited}.`,
    work: `the calls of the reply did not end ${waited}`,
    ring: `the timer rang unheard ${waited}`,
    alarm: 'the alarm was shown',
  };
  return reasons[limit];
};
