// The conversation in the log and in the status of the service manager. Pure: words made from records.

import { outputs } from '../core/conversation.ts';
import type { Log, Notifier } from '../core/ports.ts';
import { transcriptLabels } from '../core/transcript.ts';
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
    if (transcripts) log.info({ who: speaker, text }, transcriptLabels[speaker]);
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
