// A microphone that delivers a file in real time, and silence after it. While it is off, the file is paused: a person
// too speaks to a device only while it listens.

import { FRAME_BYTES, FRAME_MS } from '../../core/pcm.ts';
import type { Clock, Microphone, MicrophoneListener } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';

export interface WavMicrophoneOptions {
  /** 24 kHz mono s16le, as `readWav` returns it. */
  readonly pcm: Buffer;
  /** Called after the last sample; each time, with `repeat`. */
  readonly onSaid?: () => void;
  /**
   * Repeats the file at the next start after its end; otherwise there is only silence. A recording that began
   * in the middle of the file repeats it a second after its end.
   */
  readonly repeat: boolean;
  readonly clock?: Clock;
}

interface Session {
  readonly listener: MicrophoneListener;
  readonly startedAtMs: number;
  frames: number;
  /** How many frames of silence until the file is repeated; undefined: not in this recording. */
  untilRepeat: number | undefined;
}

/** Long enough to end an utterance. */
const PAUSE_FRAMES = 1000 / FRAME_MS;

export const createWavMicrophone = (options: WavMicrophoneOptions): Microphone => {
  const { pcm, onSaid, repeat, clock = systemClock } = options;
  let position = 0;
  let current: Session | undefined;
  let cancel: (() => void) | undefined;

  const wasSaid = (): boolean => position >= pcm.length;

  /** A frame is complete after its 20 ms; frames that a late timer missed follow at once. */
  const waitForNext = (session: Session): void => {
    const dueAtMs = session.startedAtMs + (session.frames + 1) * FRAME_MS;
    cancel = clock.after(Math.max(0, dueAtMs - clock.now()), () => deliver(session));
  };

  const deliver = (session: Session): void => {
    const due = Math.floor((clock.now() - session.startedAtMs) / FRAME_MS);
    while (current === session && session.frames < due) {
      session.frames += 1;
      say(session);
    }
    if (current === session) waitForNext(session);
  };

  const say = (session: Session): void => {
    repeatWhenDue(session);
    const frame = Buffer.alloc(FRAME_BYTES);
    const isSpeech = !wasSaid();
    if (isSpeech) pcm.copy(frame, 0, position);
    position = Math.min(position + FRAME_BYTES, pcm.length);
    session.listener.frame(frame);
    if (isSpeech && wasSaid()) onSaid?.();
  };

  const repeatWhenDue = (session: Session): void => {
    if (session.untilRepeat === undefined || !wasSaid()) return;
    session.untilRepeat -= 1;
    if (session.untilRepeat >= 0) return;
    session.untilRepeat = undefined;
    position = 0;
  };

  return {
    get inUse() {
      return current !== undefined;
    },
    start(listener) {
      if (current !== undefined) return;
      if (repeat && wasSaid()) position = 0;
      // The rest may be silence, which gets no reply, and then the file would never be repeated.
      const untilRepeat = repeat && position > 0 ? PAUSE_FRAMES : undefined;
      current = { listener, startedAtMs: clock.now(), frames: 0, untilRepeat };
      waitForNext(current);
    },
    async stop() {
      current = undefined;
      cancel?.();
    },
  };
};
