// A microphone that hears a file, in real time, and silence after it. While it is off the file waits, as a person
// does who speaks to a device only while it listens.

import { FRAME_BYTES, FRAME_MS } from '../../core/pcm.ts';
import type { Clock, Microphone, MicrophoneListener } from '../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';

export interface WavMicrophoneOptions {
  /** 24 kHz mono s16le, as `readWav` returns it. */
  readonly pcm: Buffer;
  /** Called after the last sample; each time, with `repeat`. */
  readonly onSaid?: () => void;
  /**
   * Says everything again at the next start after it was said; otherwise there is only silence. A recording
   * that began in the middle says everything again a second after the rest.
   */
  readonly repeat: boolean;
  readonly clock?: Clock;
}

interface Session {
  readonly listener: MicrophoneListener;
  readonly startedAtMs: number;
  frames: number;
  /** How many frames of silence until everything is said again; undefined: not in this recording. */
  untilRepeat: number | undefined;
}

/** Long enough to end an utterance. */
const PAUSE_FRAMES = 1000 / FRAME_MS;

class WavMicrophone implements Microphone {
  readonly #options: WavMicrophoneOptions;
  readonly #clock: Clock;
  #position = 0;
  #session: Session | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: WavMicrophoneOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get inUse(): boolean {
    return this.#session !== undefined;
  }

  start(listener: MicrophoneListener): void {
    if (this.#session !== undefined) return;
    const { repeat } = this.#options;
    if (repeat && this.#wasSaid()) this.#position = 0;
    // The rest may be silence, which gets no reply, and then the file would never be said again.
    const untilRepeat = repeat && this.#position > 0 ? PAUSE_FRAMES : undefined;
    this.#session = { listener, startedAtMs: this.#clock.now(), frames: 0, untilRepeat };
    this.#waitForNext(this.#session);
  }

  stop(): Promise<void> {
    this.#session = undefined;
    this.#cancel?.();
    return Promise.resolve();
  }

  /** A frame is complete after its 20 ms; frames that a late timer missed follow at once. */
  #waitForNext(session: Session): void {
    const dueAtMs = session.startedAtMs + (session.frames + 1) * FRAME_MS;
    this.#cancel = this.#clock.after(Math.max(0, dueAtMs - this.#clock.now()), () => this.#hear(session));
  }

  #hear(session: Session): void {
    const due = Math.floor((this.#clock.now() - session.startedAtMs) / FRAME_MS);
    while (this.#session === session && session.frames < due) {
      session.frames += 1;
      this.#say(session);
    }
    if (this.#session === session) this.#waitForNext(session);
  }

  #say(session: Session): void {
    const { pcm, onSaid } = this.#options;
    this.#repeatWhenDue(session);
    const frame = Buffer.alloc(FRAME_BYTES);
    const isSpeech = !this.#wasSaid();
    if (isSpeech) pcm.copy(frame, 0, this.#position);
    this.#position = Math.min(this.#position + FRAME_BYTES, pcm.length);
    session.listener.frame(frame);
    if (isSpeech && this.#wasSaid()) onSaid?.();
  }

  #repeatWhenDue(session: Session): void {
    if (session.untilRepeat === undefined || !this.#wasSaid()) return;
    session.untilRepeat -= 1;
    if (session.untilRepeat >= 0) return;
    session.untilRepeat = undefined;
    this.#position = 0;
  }

  #wasSaid(): boolean {
    return this.#position >= this.#options.pcm.length;
  }
}

export const createWavMicrophone = (options: WavMicrophoneOptions): Microphone => new WavMicrophone(options);
