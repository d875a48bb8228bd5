// A microphone that hears a file, in real time, and silence after it. While it is off the file waits: a
// person does not speak to a device that does not listen.

import { FRAME_BYTES, FRAME_MS } from '../pcm.ts';
import type { Clock, Microphone, MicrophoneListener } from '../ports.ts';
import { systemClock } from './system-clock.ts';

export interface WavMicrophoneOptions {
  /** 24 kHz mono s16le, as `readWav` returns it. */
  readonly pcm: Buffer;
  /** The last sample has been said. Each time, with `repeat`. */
  readonly onSaid?: () => void;
  /** Says everything again at the next start after it was said; otherwise there is only silence. */
  readonly repeat: boolean;
  readonly clock?: Clock;
}

interface Session {
  readonly listener: MicrophoneListener;
  readonly startedAtMs: number;
  frames: number;
}

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

  start(listener: MicrophoneListener): void {
    if (this.#session !== undefined) return;
    if (this.#options.repeat && this.#wasSaid()) this.#position = 0;
    this.#session = { listener, startedAtMs: this.#clock.now(), frames: 0 };
    this.#waitForNext(this.#session);
  }

  stop(): Promise<void> {
    this.#session = undefined;
    this.#cancel?.();
    return Promise.resolve();
  }

  /** A frame is there when its 20 ms are over; frames that a late timer missed come at once. */
  #waitForNext(session: Session): void {
    const dueAtMs = session.startedAtMs + (session.frames + 1) * FRAME_MS;
    this.#cancel = this.#clock.after(Math.max(0, dueAtMs - this.#clock.now()), () => this.#hear(session));
  }

  #hear(session: Session): void {
    const due = Math.floor((this.#clock.now() - session.startedAtMs) / FRAME_MS);
    while (this.#session === session && session.frames < due) {
      session.frames += 1;
      this.#say(session.listener);
    }
    if (this.#session === session) this.#waitForNext(session);
  }

  #say(listener: MicrophoneListener): void {
    const { pcm, onSaid } = this.#options;
    const frame = Buffer.alloc(FRAME_BYTES);
    const isSpeech = !this.#wasSaid();
    if (isSpeech) pcm.copy(frame, 0, this.#position);
    this.#position = Math.min(this.#position + FRAME_BYTES, pcm.length);
    listener.frame(frame);
    if (isSpeech && this.#wasSaid()) onSaid?.();
  }

  #wasSaid(): boolean {
    return this.#position >= this.#options.pcm.length;
  }
}

export const createWavMicrophone = (options: WavMicrophoneOptions): Microphone => new WavMicrophone(options);
