// When `parley try` ends by itself, and with which exit code.

import type { TransitionRecord } from '../assistant/observer.ts';
import type { Event } from '../core/conversation.ts';
import type { Notice } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import type { Clock } from '../core/ports.ts';
import type { Ending } from './run.ts';

export interface Goal {
  /** The microphone is a file, and no person presses the button. */
  readonly fileSpeaks: boolean;
  /** End after this number of replies; undefined: after the last reply to the file, or never. */
  readonly turns: number | undefined;
}

/** The service notices speech at the end of the file within this time. */
const LAST_SPEECH_MS = 2000;
/** Long enough to hear it in the file. */
const RINGING_MS = 3000;

/** By the last event of the conversation. */
const failures: Readonly<Partial<Record<Event, Notice>>> = {
  timerDue: {
    code: 'ended-by-timer',
    sentence: 'A timer ended the conversation before the reply was heard.',
  },
  buttonPressed: { code: 'ended-by-press', sentence: 'The conversation was ended before a reply was heard.' },
};
const turnFailed: Notice = {
  code: 'turn-failed',
  sentence: 'The turn failed; the last lines above say why.',
};

export type Progress = ReturnType<typeof createProgress>;

export const createProgress = ({ fileSpeaks, turns }: Goal, ending: Ending, clock: Clock) => {
  const endsWithFile = fileSpeaks && turns === undefined;
  let heardReplies = 0;
  let isSaid = false;
  let last: Event = 'failure';
  let cancelTimer = (): void => {};
  const end = (): void => ending.end(heardReplies < (turns ?? 1) ? exitCodes.failed : exitCodes.ok);
  return {
    /** Whether a reply was heard. */
    hasReply: (): boolean => heardReplies > 0,

    /**
     * Why no reply was heard.
     * @param said the file, or "what was said"
     */
    failure: (said: string): Notice => {
      if (last !== 'timeout') return failures[last] ?? turnFailed;
      if (heardReplies === 0)
        return { code: 'no-reply', sentence: `No reply to ${said} was heard: is there speech in it?` };
      const sentence = `No further reply to ${said} was heard: is there a pause at its end?`;
      return { code: 'no-further-reply', sentence };
    },

    /** The microphone has reached the end of the file. */
    allSaid: (): void => {
      isSaid = true;
      if (heardReplies > 0 && endsWithFile)
        cancelTimer = clock.after(LAST_SPEECH_MS, () => ending.end(exitCodes.ok));
    },

    note: ({ event, to }: TransitionRecord): void => {
      cancelTimer();
      last = event;
      if (event === 'playbackDrained') {
        heardReplies += 1;
        if (endsWithFile ? isSaid : heardReplies === turns) ending.end(exitCodes.ok);
      }
      if (!fileSpeaks) return;
      // There is no button, and a timer rings for a quarter of an hour.
      if (to === 'ringing') cancelTimer = clock.after(RINGING_MS, end);
      if (to === 'failed' || (event === 'replyEnded' && to === 'listening')) ending.end(exitCodes.failed);
      if (to === 'idle') end();
    },
  };
};
