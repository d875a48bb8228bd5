// The microphone: arecord, started by node-record-lpcm16 with a recorder of our own. The package kills
// it with a signal that makes it exit with 1 and tells that as an error, a string, on a stream; so its
// words are ignored, and the child itself is watched.

import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import lpcm16 from 'node-record-lpcm16';
import { FRAME_MS, Framer, SAMPLE_RATE } from '../core/pcm.ts';
import type { Microphone, MicrophoneListener } from '../core/ports.ts';
import { bound, Child, childEnvironment } from '../system/child-process.ts';
import { type CardUse, type ChildEnd, cardFailure } from './card-failure.ts';

/** A card that is silent delivers zeros; one that delivers nothing has stalled. */
const STALLED_AFTER_MS = 2_000;

export interface ArecordMicrophoneOptions {
  /** As ALSA knows it; `arecord -L` lists them. */
  readonly device: string;
  /** arecord, or a program that takes its arguments. */
  readonly command?: string;
}

interface Session {
  readonly listener: MicrophoneListener;
  readonly framer: Framer;
  /** From when the card is free. */
  child: Child | undefined;
  /** Nothing has come since the stall timer went off. */
  quiet: boolean;
}

class ArecordMicrophone implements Microphone {
  readonly #device: string;
  readonly #command: string;
  readonly #use: CardUse;
  #session: Session | undefined;
  /** The one that holds the card: recording, or told to end and not yet gone. */
  #child: Child | undefined;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(options: ArecordMicrophoneOptions) {
    this.#device = options.device;
    this.#command = options.command ?? 'arecord';
    this.#use = { kind: 'microphone', device: this.#device, program: this.#command };
  }

  get inUse(): boolean {
    return this.#child !== undefined;
  }

  start(listener: MicrophoneListener): void {
    if (this.#session !== undefined) return;
    const session: Session = { listener, framer: new Framer(), child: undefined, quiet: false };
    this.#session = session;
    if (this.#child === undefined) this.#record(session);
  }

  async stop(): Promise<void> {
    this.#session = undefined;
    clearTimeout(this.#stallTimer);
    await this.#child?.stop();
  }

  #record(session: Session): void {
    const child: Child = new Child(this.#command, [], {
      spawn: () => this.#spawn(),
      onOutput: (chunk) => this.#heard(child, chunk),
      onExit: (code, signal, stderr) => this.#gone(child, { code, signal, stderr }),
    });
    this.#child = child;
    session.child = child;
    this.#stallTimer = setTimeout(() => this.#suspectStall(session), STALLED_AFTER_MS);
  }

  #spawn(): ChildProcess {
    return lpcm16.record({
      recorder: fileURLToPath(new URL('./arecord-recorder.cjs', import.meta.url)),
      audioType: 'raw',
      channels: 1,
      sampleRate: SAMPLE_RATE,
      periodMs: FRAME_MS,
      device: this.#device,
      command: this.#command,
      bound,
      childEnvironment,
    }).process;
  }

  #heard(child: Child, chunk: Buffer): void {
    const session = this.#session;
    // The last words of a child that was told to end belong to nobody.
    if (session?.child !== child) return;
    session.quiet = false;
    this.#stallTimer?.refresh();
    for (const frame of session.framer.push(chunk)) {
      if (this.#session === session) session.listener.frame(frame);
    }
  }

  #gone(child: Child, end: ChildEnd): void {
    this.#child = undefined;
    const session = this.#session;
    if (session === undefined) return;
    if (session.child === child) this.#fail(session, cardFailure(this.#use, end));
    else this.#record(session);
  }

  #suspectStall(session: Session): void {
    // If it was we who stalled, what the card has delivered meanwhile is read before this comes round.
    session.quiet = true;
    setImmediate(() => {
      if (this.#session !== session || !session.quiet) return;
      session.child?.kill();
      this.#fail(
        session,
        `The microphone "${this.#device}" has stopped delivering sound: the card has stalled; ` +
          'unplug it, plug it in again, and try.',
      );
    });
  }

  #fail(session: Session, sentence: string): void {
    this.#session = undefined;
    clearTimeout(this.#stallTimer);
    session.listener.failed(sentence);
  }
}

export const createArecordMicrophone = (options: ArecordMicrophoneOptions): Microphone =>
  new ArecordMicrophone(options);
