// What is said of a step of a conversation: to the log, to the service manager, and of a time that ran out.
// Pure: words out of phases and events.

import { type Event, type Limit, outputs, type Phase } from '../core/conversation.ts';

export interface Step {
  readonly from: Phase;
  readonly to: Phase;
  readonly event: Event;
  readonly reason: string;
}

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: object;
  readonly sentence: string;
}

const isInterruption = ({ from, to, event }: Step): boolean => from === to && event === 'buttonPressed';

const levelOf = (step: Step): LogEntry['level'] => {
  if (step.to === 'failed') return 'error';
  if (step.to === 'notReady') return 'warn';
  return step.to === step.from && !isInterruption(step) ? 'debug' : 'info';
};

export const logEntryOf = (step: Step): LogEntry => {
  const { status, light } = outputs[step.to];
  return {
    level: levelOf(step),
    facts: { phase: step.to, light, event: step.event, reason: step.reason },
    sentence: isInterruption(step) ? 'Interrupted' : status,
  };
};

/** The line for the service manager; undefined where it would be the last one again. */
export const statusOf = ({ from, to, reason }: Step): string | undefined => {
  const { status } = outputs[to];
  // A second card that is missed changes no phase, and is news all the same.
  if (to === 'failed' || to === 'notReady') return `${status}: ${reason}`;
  return to === from ? undefined : status;
};

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
    replyCreated: `no reply came ${waited}`,
    firstSound: `the reply made no sound ${waited}`,
    reply: `The reply did not end ${waited}.`,
    work: `what the reply called for did not end ${waited}`,
    ring: `nobody came ${waited}`,
    alarm: 'the alarm was shown',
  };
  return reasons[limit];
};
