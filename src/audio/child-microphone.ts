// A microphone that is a child process, which node-record-lpcm16 starts through a recorder of Parley's own. The
// package ends a recording with a signal and reports the exit code of that as an error, a string, on a stream; so
// its errors are ignored, and the child itself is watched.

import { fileURLToPath } from 'node:url';
import lpcm16 from 'node-record-lpcm16';
import type { Failure } from '../core/errors.ts';
import { FRAME_BYTES, Framer } from '../core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../core/ports.ts';
import { bound, Child, type ChildEnd, childEnvironment } from '../system/child-process.ts';
import { cardFailure, childFailure } from './card-failure.ts';
import type { SoundCommand } from './commands.ts';

/** A card in silence delivers zeros; one that delivers nothing has stalled. */
const STALLED_AFTER_MS = 2000;

const recorder = fileURLToPath(new URL('./lpcm16-recorder.cjs', import.meta.url));

interface Session {
  readonly listener: MicrophoneListener;
  readonly framer: Framer;
  /** Set when the card is free. */
  child: Child | undefined;
  /** Nothing has arrived since the stall timer fired. */
  stalled: boolean;
}

class ChildMicrophone implements Microphone {
  readonly #command: SoundCommand;
  #session: Session | undefined;
  /** The one that uses the card: it records, or it was stopped and has not ended yet. */
  #child: Child | undefined;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(command: SoundCommand) {
    this.#command = command;
  }

  get inUse(): boolean {
    return this.#child !== undefined;
  }

  start(listener: MicrophoneListener): void {
    if (this.#session !== undefined) return;
    const session: Session = { listener, framer: new Framer(FRAME_BYTES), child: undefined, stalled: false };
    this.#session = session;
    if (this.#child === undefined) this.#record(session);
  }

  async stop(): Promise<void> {
    this.#session = undefined;
    clearTimeout(this.#stallTimer);
    await this.#child?.stop();
  }

  #record(session: Session): void {
    const { command, args } = this.#command;
    const child: Child = new Child(command, args, {
      spawn: () => lpcm16.record({ recorder, ...bound(command, args), env: childEnvironment() }).process,
      onOutput: (chunk) => this.#deliver(child, chunk),
      onExit: (code, signal, stderr) => this.#childEnded(child, { code, signal, stderr }),
    });
    this.#child = child;
    session.child = child;
    this.#stallTimer = setTimeout(() => this.#checkStall(session), STALLED_AFTER_MS);
  }

  #deliver(child: Child, chunk: Buffer): void {
    const session = this.#session;
    // What a child still delivers after its stop is dropped.
    if (session?.child !== child) return;
    session.stalled = false;
    this.#stallTimer?.refresh();
    for (const frame of session.framer.split(chunk)) {
      if (this.#session === session) session.listener.frame(frame);
    }
  }

  #childEnded(child: Child, end: ChildEnd): void {
    this.#child = undefined;
    const session = this.#session;
    if (session === undefined) return;
    if (session.child === child) this.#fail(session, childFailure(this.#command, end));
    else this.#record(session);
  }

  #checkStall(session: Session): void {
    // If Parley itself was stalled, what the card has delivered meanwhile is read before this runs.
    session.stalled = true;
    setImmediate(() => {
      if (this.#session !== session || !session.stalled) return;
      session.child?.kill();
      this.#fail(session, cardFailure('device-stalled', this.#command));
    });
  }

  #fail(session: Session, failure: Failure): void {
    this.#session = undefined;
    clearTimeout(this.#stallTimer);
    session.listener.failed(failure);
  }
}

export const createChildMicrophone = (command: SoundCommand): Microphone => new ChildMicrophone(command);
