// A loudspeaker that is a child process: one child per reply, samples on its stdin, and exit code 0 means that the
// last sample was heard. Only one child runs at a time, because most cards can be opened only once: the child of
// the next reply starts when the previous one has ended. No method calls the listener before it returns.

import type { Failure } from '../core/errors.ts';
import { FRAME_BYTES, msOfBytes } from '../core/pcm.ts';
import type { Clock, Loudspeaker, LoudspeakerListener } from '../core/ports.ts';
import { Child, type ChildEnd } from '../system/child-process.ts';
import { systemClock } from '../system/clock.ts';
import { cardFailure, childFailure } from './card-failure.ts';
import type { PlaybackCommand } from './commands.ts';
import { ReplyPlayback, type ReplyShape } from './reply-playback.ts';

/** How long a child may take to end after its last sample should have been played. */
const STUCK_AFTER_MS = 10_000;

export interface ChildLoudspeakerOptions extends ReplyShape {
  readonly command: PlaybackCommand;
  /** How much may wait to be played; more of it is a failure. */
  readonly maxQueueMs: number;
  readonly clock?: Clock;
}

/** A reply or an earcon in the queue, and the child that plays it when it is the first. */
interface Turn {
  readonly isEarcon: boolean;
  readonly playback: ReplyPlayback;
  child: Child | undefined;
  /** Cancels the deadline for the end of a child that has got everything. */
  cancelWatch: (() => void) | undefined;
}

interface Session {
  readonly listener: LoudspeakerListener;
  broken: boolean;
}

class ChildLoudspeaker implements Loudspeaker {
  readonly #options: ChildLoudspeakerOptions;
  readonly #clock: Clock;
  #session: Session | undefined;
  /** The first one is playing, the others wait behind it. */
  #turns: Turn[] = [];
  /** The one that uses the card: it plays the first turn, or it was killed and has not ended yet. */
  #child: Child | undefined;
  #drainedIsDue = false;
  /** Since the start, by the children that have ended. */
  #heardBeforeBytes = 0;

  constructor(options: ChildLoudspeakerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get inUse(): boolean {
    return this.#child !== undefined;
  }

  start(listener: LoudspeakerListener): void {
    if (this.#session !== undefined) return;
    this.#session = { listener, broken: false };
    this.#heardBeforeBytes = 0;
  }

  play(pcm: Buffer): void {
    if (!this.#playable() || pcm.length === 0) return;
    this.#drainedIsDue = false;
    this.#openTurn().playback.buffer.push(pcm);
    this.#pump();
    const { command, maxQueueMs } = this.#options;
    if (msOfBytes(this.#queuedBytes()) > maxQueueMs)
      this.#fail(cardFailure('queue-full', command, String(maxQueueMs)));
  }

  end(): void {
    if (!this.#playable()) return;
    this.#turns.at(-1)?.playback.buffer.complete();
    this.#drainedIsDue = true;
    this.#pump();
    this.#tell(() => this.#settle());
  }

  playEarcon(pcm: Buffer): void {
    // After a reply it would come too late.
    if (!this.#playable() || this.#turns.length > 0) return;
    const turn = this.#newTurn(true);
    turn.playback.buffer.push(pcm);
    turn.playback.buffer.complete();
    this.#pump();
  }

  flush(): number {
    this.#dropTurns();
    this.#tell(() => this.#settle());
    return Math.floor(msOfBytes(this.#heardBeforeBytes));
  }

  async stop(): Promise<void> {
    this.#session = undefined;
    this.#drainedIsDue = false;
    this.#dropTurns();
    this.#heardBeforeBytes = 0;
    await this.#child?.kill();
  }

  #playable(): boolean {
    return this.#session !== undefined && !this.#session.broken;
  }

  #openTurn(): Turn {
    const last = this.#turns.at(-1);
    return last !== undefined && !last.playback.buffer.isComplete ? last : this.#newTurn(false);
  }

  #newTurn(isEarcon: boolean): Turn {
    const playback = new ReplyPlayback(this.#options, this.#clock, !this.#options.command.reportsOpen);
    const turn: Turn = { isEarcon, playback, child: undefined, cancelWatch: undefined };
    this.#turns.push(turn);
    return turn;
  }

  /** Starts a child for the first turn where the card is free, and moves samples to the child. */
  #pump(): void {
    const [turn] = this.#turns;
    if (turn === undefined) return;
    if (this.#child === undefined) {
      this.#child = this.#spawn();
      turn.child = this.#child;
    }
    const { child } = turn;
    if (child !== undefined) this.#move(turn, (playback) => playback.feed(child.stdin));
  }

  #spawn(): Child {
    const { command, args, reportsOpen } = this.#options.command;
    const child: Child = new Child(command, args, {
      stdin: 'pipe',
      ...(reportsOpen ? { onOutput: () => this.#opened(child) } : {}),
      onExit: (code, signal, stderr) => this.#childEnded(child, { code, signal, stderr }),
    });
    return child;
  }

  #opened(child: Child): void {
    const [turn] = this.#turns;
    if (turn?.child === child) this.#move(turn, (playback) => playback.playout.opened());
  }

  /** Does a step of a playback; reports that it has begun, and watches the child that has got everything. */
  #move(turn: Turn, step: (playback: ReplyPlayback) => void): void {
    const { playback } = turn;
    const { begun, allHanded } = playback;
    step(playback);
    const begins = playback.begun && !begun;
    if (begins && !turn.isEarcon) this.#tell((listener) => listener.started());
    if (playback.allHanded && (begins || !allHanded)) this.#watch(turn);
  }

  #watch(turn: Turn): void {
    turn.cancelWatch?.();
    turn.cancelWatch = this.#clock.after(turn.playback.playout.remainingMs + STUCK_AFTER_MS, () => {
      if (turn.isEarcon) turn.child?.kill();
      else this.#fail(cardFailure('device-stuck', this.#options.command));
    });
  }

  #childEnded(child: Child, end: ChildEnd): void {
    this.#child = undefined;
    const [turn] = this.#turns;
    if (turn?.child !== child) {
      this.#pump();
    } else if (turn.isEarcon || (end.code === 0 && turn.playback.allHanded)) {
      // An earcon that fails does not end a conversation; if the card has failed, the next reply reports it.
      turn.cancelWatch?.();
      if (!turn.isEarcon) this.#heardBeforeBytes += turn.playback.handedBytes;
      this.#turns.shift();
      this.#pump();
    } else {
      this.#fail(childFailure(this.#options.command, end));
    }
    this.#settle();
  }

  #settle(): void {
    if (!this.#drainedIsDue || this.#turns.length > 0 || this.#child !== undefined) return;
    this.#drainedIsDue = false;
    this.#session?.listener.drained();
  }

  /** Silence, at once; what was heard so far counts as heard. */
  #dropTurns(): void {
    const [playing] = this.#turns;
    if (playing?.isEarcon === false) this.#heardBeforeBytes += playing.playback.heardBytes;
    for (const turn of this.#turns) turn.cancelWatch?.();
    this.#turns = [];
    this.#child?.kill();
  }

  #queuedBytes(): number {
    const [playing, ...waiting] = this.#turns.map(({ playback }) => playback.buffer.bytes);
    const onTheWay = this.#child?.stdin?.writableLength ?? 0;
    // Even an empty reply uses some of the queue, or there could be any number of them.
    return waiting.reduce((sum, bytes) => sum + Math.max(bytes, FRAME_BYTES), onTheWay + (playing ?? 0));
  }

  #fail(failure: Failure): void {
    const session = this.#session;
    if (session === undefined || session.broken) return;
    session.broken = true;
    this.#drainedIsDue = false;
    this.#dropTurns();
    this.#tell((listener) => {
      this.#session = undefined;
      listener.failed(failure);
    });
  }

  /** Calls the listener after the current method has returned, and not after a stop. */
  #tell(call: (listener: LoudspeakerListener) => void): void {
    const session = this.#session;
    queueMicrotask(() => {
      if (session !== undefined && session === this.#session) call(session.listener);
    });
  }
}

export const createChildLoudspeaker = (options: ChildLoudspeakerOptions): Loudspeaker =>
  new ChildLoudspeaker(options);
