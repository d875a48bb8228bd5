// A phase that has come to its time limit: the failure, for the log and for what follows.

import type { Limit } from '../core/conversation.ts';
import type { Failure } from '../core/errors.ts';

type Sentence = (waited: string, waitedFor: string) => string;

/** By the limit: the code, and the sentence. */
const timeouts: Readonly<Record<Limit, readonly [code: string, sentence: Sentence]>> = {
  connect: ['connect-timeout', (waited, waitedFor) => `Gave up ${waited}: still waited for ${waitedFor}.`],
  silence: ['silence-timeout', (waited) => `hung up ${waited} of silence`],
  utterance: [
    'utterance-timeout',
    (waited) => `hung up ${waited}: the utterance never ended; is there a steady noise?`,
  ],
  replyCreated: ['reply-created-timeout', (waited) => `no reply was begun ${waited}`],
  firstSound: ['first-sound-timeout', (waited) => `the reply made no sound ${waited}`],
  reply: ['reply-timeout', (waited) => `The reply did not end ${waited}.`],
  work: ['work-timeout', (waited) => `the calls of the reply did not end ${waited}`],
  ring: ['ring-timeout', (waited) => `the timer rang unheard ${waited}`],
  alarm: ['alarm-shown', () => 'the alarm was shown'],
};

/** @param waitedFor what the connection was waiting for */
export const phaseTimeout = (limit: Limit, ms: number, waitedFor: string): Failure => {
  const [code, sentence] = timeouts[limit];
  return { code, severity: 'temporary', sentence: sentence(`after ${ms / 1000} s`, waitedFor) };
};
