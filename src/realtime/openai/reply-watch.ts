// Whether a reply that sounds still goes on: the service must send something of it before the sound runs out, or soon
// after. Only a clock that is given.

import { msOfBytes } from '../../core/pcm.ts';
import type { Clock } from '../../core/ports.ts';

/** After an error that answers no message of ours. */
const ERROR_GRACE_MS = 2000;

interface ReplyWatchOptions {
  readonly clock: Clock;
  /** From the last sound, or the last event, on. */
  readonly limitMs: number;
  /** Whether a response is active that was not cancelled. */
  readonly isAlive: () => boolean;
  readonly stalled: () => void;
}

export class ReplyWatch {
  readonly #options: ReplyWatchOptions;
  #lastEventAt = 0;
  /** When the sound that has arrived is heard to its end, if it began at once. */
  #soundEndsAt = 0;
  #hasSound = false;
  #cancel: (() => void) | undefined;
  #cancelGrace = (): void => undefined;

  constructor(options: ReplyWatchOptions) {
    this.#options = options;
  }

  /** An event of the reply. */
  event(): void {
    this.#cancelGrace();
    this.#lastEventAt = this.#options.clock.now();
  }

  sound(bytes: number): void {
    const now = this.#options.clock.now();
    this.#soundEndsAt = Math.max(now, this.#hasSound ? this.#soundEndsAt : now) + msOfBytes(bytes);
    this.#hasSound = true;
    if (this.#cancel === undefined) this.#look();
  }

  /** The service has reported an error, and the reply may be over. */
  error(): void {
    const { clock, isAlive, stalled } = this.#options;
    this.#cancelGrace();
    if (isAlive())
      this.#cancelGrace = clock.after(ERROR_GRACE_MS, () => {
        if (isAlive()) stalled();
      });
  }

  /** No reply is active. */
  stop(): void {
    this.#cancelGrace();
    this.#cancel?.();
    this.#cancel = undefined;
    this.#hasSound = false;
  }

  #look(): void {
    const { clock, limitMs, isAlive, stalled } = this.#options;
    const restMs = Math.max(this.#lastEventAt, this.#soundEndsAt) + limitMs - clock.now();
    if (restMs > 0) {
      this.#cancel = clock.after(restMs, () => this.#look());
      return;
    }
    this.stop();
    if (isAlive()) stalled();
  }
}
