// The conversation in the log and in the status of the service manager. Pure: words made from records.

import { type Limit, outputs } from '../core/conversation.ts';
import type { Log, Notifier } from '../core/ports.ts';
import type { Observer, TransitionRecord } from './observer.ts';

const isInterruption = ({ event, effect }: TransitionRecord): boolean =>
  event === 'buttonPressed' && effect === 'interruptReply';

const levelOf = (record: TransitionRecord): keyof Log => {
  const { level, status } = outputs[record.to];
  const isNews = status !== outputs[record.from].status || isInterruption(record);
  return level === 'info' && !isNews ? 'debug' : level;
};

/** @param transcripts whether the log may say what was said */
export const logConversation = (log: Log, transcripts: boolean): Observer => ({
  transition: (record) => {
    const { to: phase, event, reason, failure } = record;
    const { status, light } = outputs[phase];
    const facts = { phase, light, event, reason, code: failure?.code };
    log[levelOf(record)](facts, isInterruption(record) ? 'Interrupted' : status);
  },
  transcript: (speaker, text) => {
    if (transcripts) log.info({ who: speaker, text }, speaker === 'person' ? 'Heard' : 'Said');
  },
  notice: ({ code, sentence }) => log.warn({ code }, sentence),
  usage: (usage) => log.debug({ usage }, 'Usage'),
  turn: (figures) => log.info(figures, 'Turn'),
});

/** One line for the service manager, where it would not repeat the last one. */
export const reportStatus = (notifier: Notifier): Observer => ({
  transition: ({ from, to, reason }) => {
    const { status, level } = outputs[to];
    if (level !== 'info') notifier.status(`${status}: ${reason}`);
    else if (status !== outputs[from].status) notifier.status(status);
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
