// A loudspeaker that is a child process: one child per reply, samples on its stdin, and its end with
// code 0 means that the last sample was heard. Only one child lives at a time, for most cards can be
// opened once: the child of the next reply starts when the one before it is gone, however it went.
// No call of it calls back.

import { FRAME_BYTES, msOfBytes } from '../core/pcm.ts';
import type { Clock, Loudspeaker, LoudspeakerListener } from '../core/ports.ts';
import { Child } from '../system/child-process.ts';
import { systemClock } from '../system/clock.ts';
import { type CardUse, cardFailure } from './card-failure.ts';
import type { PlaybackCommand } from './playback-commands.ts';
import { ReplyPlayback, type ReplyShape } from './reply-playback.ts';

/** How long a child may take to end after its last sample should have been heard. */
const STUCK_AFTER_MS = 10_000;

export interface ChildLoudspeakerOptions extends ReplyShape {
  readonly command: PlaybackCommand;
  /** How much may wait to be played; a reply that comes faster than that fails. */
  readonly maxQueueMs: number;
  readonly clock?: Clock;
}

/** A reply in the queue, or a sound of our own, and the child that plays it from when it is its turn. */
interface Turn {
  readonly isCue: boolean;
  readonly playback: ReplyPlayback;
  child: Child | undefined;
  /** Watches, once everything was handed over, for a card that is stuck. */
  cancelWatch: (() => void) | undefined;
}

interface Session {
  readonly listener: LoudspeakerListener;
  broken: boolean;
}

class ChildLoudspeaker implements Loudspeaker {
  readonly #options: ChildLoudspeakerOptions;
  readonly #clock: Clock;
  readonly #use: CardUse;
  #session: Session | undefined;
  /** The first one is playing, the others wait behind it. */
  #turns: Turn[] = [];
  /** The one that holds the card: of the first turn, or killed and not yet gone. */
  #child: Child | undefined;
  #drainedIsOwed = false;
  /** Since the start, in the children that are gone. */
  #heardBeforeBytes = 0;

  constructor(options: ChildLoudspeakerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { device, program } = options.command;
    this.#use = { kind: 'loudspeaker', device, program };
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
    this.#drainedIsOwed = false;
    this.#openTurn().playback.push(pcm);
    this.#pump();
    if (msOfBytes(this.#queuedBytes()) > this.#options.maxQueueMs) {
      this.#fail(
        `The loudspeaker's queue is full at ${this.#options.maxQueueMs} ms: ` +
          'the reply comes faster than it can be played; ask for shorter replies.',
      );
    }
  }

  end(): void {
    if (!this.#playable()) return;
    this.#turns.at(-1)?.playback.complete();
    this.#drainedIsOwed = true;
    this.#pump();
    this.#tell(() => this.#settle());
  }

  playEarcon(pcm: Buffer): void {
    // Behind anything else it would come too late, and many of them all at once.
    if (!this.#playable() || this.#turns.length > 0) return;
    const turn = this.#newTurn(true);
    turn.playback.push(pcm);
    turn.playback.complete();
    this.#pump();
  }

  flush(): number {
    this.#dropTurns();
    this.#tell(() => this.#settle());
    return Math.floor(msOfBytes(this.#heardBeforeBytes));
  }

  async stop(): Promise<void> {
    this.#session = undefined;
    this.#drainedIsOwed = false;
    this.#dropTurns();
    this.#heardBeforeBytes = 0;
    await this.#child?.kill();
  }

  #playable(): boolean {
    return this.#session !== undefined && !this.#session.broken;
  }

  #openTurn(): Turn {
    const last = this.#turns.at(-1);
    return last !== undefined && !last.playback.isComplete ? last : this.#newTurn(false);
  }

  #newTurn(isCue: boolean): Turn {
    const playback = new ReplyPlayback(this.#options, this.#clock, !this.#options.command.tellsOpen);
    const turn: Turn = { isCue, playback, child: undefined, cancelWatch: undefined };
    this.#turns.push(turn);
    return turn;
  }

  /** Moves what can be moved: a child for the first turn, and its samples to the child. */
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
    const { command, args, tellsOpen } = this.#options.command;
    const child: Child = new Child(command, args, {
      stdin: 'pipe',
      ...(tellsOpen ? { onOutput: () => this.#opened(child) } : {}),
      onExit: (code, signal, stderr) => this.#gone(child, code, signal, stderr),
    });
    return child;
  }

  #opened(child: Child): void {
    const [turn] = this.#turns;
    if (turn?.child === child) this.#move(turn, (playback) => playback.opened());
  }

  /** A step of a playback, and what follows when it thereby begins, or has handed over everything. */
  #move(turn: Turn, step: (playback: ReplyPlayback) => void): void {
    const { playback } = turn;
    const { begun, allHanded } = playback;
    step(playback);
    const begins = playback.begun && !begun;
    if (begins && !turn.isCue) this.#tell((listener) => listener.started());
    if (playback.allHanded && (begins || !allHanded)) this.#watch(turn);
  }

  #watch(turn: Turn): void {
    turn.cancelWatch?.();
    turn.cancelWatch = this.#clock.after(turn.playback.remainingMs + STUCK_AFTER_MS, () => {
      if (turn.isCue) turn.child?.kill();
      else
        this.#fail(
          `The loudspeaker "${this.#use.device}" took the reply and does not come to its end: ` +
            'the card is stuck; unplug it, plug it in again, and try.',
        );
    });
  }

  #gone(child: Child, code: number | null, signal: NodeJS.Signals | null, stderr: string): void {
    this.#child = undefined;
    const [turn] = this.#turns;
    if (turn?.child !== child) {
      this.#pump();
    } else if (turn.isCue || (code === 0 && turn.playback.allHanded)) {
      // A cue that fails is worth nobody's conversation; what ails the card, the next reply tells.
      turn.cancelWatch?.();
      if (!turn.isCue) this.#heardBeforeBytes += turn.playback.handedBytes;
      this.#turns.shift();
      this.#pump();
    } else {
      this.#fail(cardFailure(this.#use, { code, signal, stderr }));
    }
    this.#settle();
  }

  #settle(): void {
    if (!this.#drainedIsOwed || this.#turns.length > 0 || this.#child !== undefined) return;
    this.#drainedIsOwed = false;
    this.#session?.listener.drained();
  }

  /** Silence, at once; what was heard until now counts as heard. */
  #dropTurns(): void {
    const [playing] = this.#turns;
    if (playing?.isCue === false) this.#heardBeforeBytes += playing.playback.heardBytes;
    for (const turn of this.#turns) turn.cancelWatch?.();
    this.#turns = [];
    this.#child?.kill();
  }

  #queuedBytes(): number {
    const [playing, ...waiting] = this.#turns.map(({ playback }) => playback.waitingBytes);
    const onTheWay = this.#child?.stdin?.writableLength ?? 0;
    // However short, a reply takes its place in the queue.
    return waiting.reduce((sum, bytes) => sum + Math.max(bytes, FRAME_BYTES), onTheWay + (playing ?? 0));
  }

  #fail(sentence: string): void {
    const session = this.#session;
    if (session === undefined || session.broken) return;
    session.broken = true;
    this.#drainedIsOwed = false;
    this.#dropTurns();
    this.#tell((listener) => {
      this.#session = undefined;
      listener.failed(sentence);
    });
  }

  /** Calls back when whoever is calling us has finished, and not after a stop. */
  #tell(tell: (listener: LoudspeakerListener) => void): void {
    const session = this.#session;
    queueMicrotask(() => {
      if (session !== undefined && session === this.#session) tell(session.listener);
    });
  }
}

export const createChildLoudspeaker = (options: ChildLoudspeakerOptions): Loudspeaker =>
  new ChildLoudspeaker(options);
