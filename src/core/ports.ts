// What the assistant needs from the world, and what every adapter and every fake promises.
// For all of them: `start` and `stop` may be called twice; after `stop` was called no callback comes;
// the promise of `stop` resolves (never rejects) when the device is free and no child process is left.
// Failures arrive as one sentence that names the thing and the remedy, with a code; nothing throws.
// PCM is 24 kHz mono s16le in Buffers (see pcm.ts); an adapter never changes a Buffer it was given.

import type { Event, LightPattern } from './conversation.ts';
import type { Failure, Notice } from './errors.ts';

export interface MicrophoneListener {
  /** The next `FRAME_MS`, in order, without gaps. The Buffer belongs to the listener. */
  frame(pcm: Buffer): void;
  /** The card is missing, in use or lost; recording has stopped. At most once per start. */
  failed(failure: Failure): void;
}

export interface Microphone {
  /** Whether the card is in use: from a start until a stop has resolved or `failed` was called. */
  readonly inUse: boolean;
  /** Records from now on. A start right after a stop waits until the card is free. */
  start(listener: MicrophoneListener): void;
  stop(): Promise<void>;
}

export interface LoudspeakerListener {
  /** The first sample of a reply has been given to the card. Once per reply that has sound. */
  started(): void;
  /** Everything played since the start has been heard. Once after each `end` that no `play` follows. */
  drained(): void;
  /** The card is missing, in use or lost; the rest of the reply is dropped. At most once per start. */
  failed(failure: Failure): void;
}

export interface Loudspeaker {
  /** Whether the card may be in use; never before a start, nor when a stop has resolved. */
  readonly inUse: boolean;
  /** Gets ready for replies. A second start before a stop changes nothing. */
  start(listener: LoudspeakerListener): void;
  /** Adds samples (any number of bytes, odd counts included) to the reply. Keeps at most `maxQueueMs`. */
  play(pcm: Buffer): void;
  /** The reply is complete: it is played to its end, then `drained`. Soon where nothing was played. */
  end(): void;
  /**
   * Plays an earcon, to its end, unless anything is still to be heard; the samples of a following reply come
   * after it. It causes no `started` and never counts as heard. One that cannot be played is left out. Does
   * nothing where not started.
   */
  playEarcon(pcm: Buffer): void;
  /**
   * Silence, at once: what was not heard is dropped; still started. A following `end` is drained soon; if `end`
   * came before, `drained` comes soon.
   * @returns milliseconds that were heard since the start, of all replies; 0 where not started
   */
  flush(): number;
  /** Silence, at once. */
  stop(): Promise<void>;
}

/** The events of a conversation that a service can cause, beside `callsMade`. */
export type ServiceEvent = Extract<
  Event,
  | 'sessionReady'
  | 'speechStarted'
  | 'speechStopped'
  | 'turnCommitted'
  | 'replyCreated'
  | 'replyStarted'
  | 'replyEnded'
  | 'replyRequested'
  | 'callsAnswered'
  | 'goodbyeRequested'
  | 'goodbyeSaid'
>;

/** A function call of the service, as it arrived. */
export interface FunctionCall {
  readonly callId: string;
  readonly name: string;
  /** JSON, unless the model made a mistake. */
  readonly arguments: string;
}

/** What follows when all calls of a reply are answered: a reply about the outputs, nothing, or a goodbye. */
export type AfterCall = 'reply' | 'nothing' | 'hangUp';

/** The result of one call. */
export interface Answer {
  readonly callId: string;
  readonly output: string;
  readonly next: AfterCall;
}

/** Whose words a transcript holds. */
export type TranscriptSource = 'person' | 'reply';

/** What one response of the service used, in tokens, as the service counts them. */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly inputAudioTokens: number;
  readonly outputTokens: number;
  readonly outputAudioTokens: number;
}

export interface ConnectionListener {
  /** `reason` is for the log: a few words on the cause. */
  event(event: ServiceEvent, reason: string): void;
  /** The next samples of the active reply, after its `replyStarted` and before its `replyEnded`. */
  audio(pcm: Buffer): void;
  /**
   * The event `callsMade`: the reply has ended and called these functions; each needs an answer. None where the
   * service runs calls itself (MCP), or where the answers to earlier ones are still missing.
   */
  callsMade(calls: readonly FunctionCall[], reason: string): void;
  /** The words that were spoken, as the service understood them. */
  transcript(source: TranscriptSource, text: string): void;
  /** For the log; the conversation continues. */
  notice(notice: Notice): void;
  /** What one response has used; not every service reports it. */
  usage(usage: Usage): void;
  /** The conversation is over; the connection is closed. At most once. */
  failed(failure: Failure): void;
}

/** One conversation with the service. Used once; it connects from the moment it is made. */
export interface Connection {
  /** Connecting or connected; false from a close or a failure on. */
  readonly open: boolean;
  /** Sends a frame. Before `sessionReady` it is kept (bounded, oldest dropped first) and sent then, in order. */
  send(pcm: Buffer): void;
  /** Drops what the service has heard of an unfinished utterance. No effect before `sessionReady`. */
  clearInput(): void;
  /**
   * The answer to one call; a second one to the same call has no effect. After the last answer, and after the end
   * of every reply, one of `replyRequested`, `callsAnswered`, `goodbyeRequested` and `goodbyeSaid` follows.
   */
  answer(answer: Answer): void;
  /**
   * Cancels the active reply, if any, and reports to the service how much of the last one was heard.
   * No more audio of it arrives; `replyEnded` follows within two seconds, even if the service is silent. Calls still
   * need their answers, and no reply follows them.
   */
  interrupt(heardMs: number): void;
  /** What it is waiting for, in words that complete "waited for ...". */
  waitingFor(): string;
  /** Ends it; resolves when the socket is closed, within three seconds where the service does not answer. */
  close(): Promise<void>;
}

export type Connect = (listener: ConnectionListener) => Connection;

export interface ButtonListener {
  /** Debounced, once per press; the next press counts only after a release. */
  pressed(): void;
  /** The button can no longer be read. At most once per start. */
  failed(failure: Failure): void;
}

export interface Button {
  /** Resolves when a press would be noticed, or when `failed` has been called. */
  start(listener: ButtonListener): Promise<void>;
  stop(): Promise<void>;
}

export interface Light {
  /** Shows the pattern from now on, within 10 ms. A light that fails is dark, and logs its failure once. */
  show(pattern: LightPattern): void;
  /** Switches the light off and releases the line. */
  stop(): Promise<void>;
}

/** Does what the service calls for. */
export interface Tools {
  /** Begins them, some at a time; each is answered exactly once, never before this returns. */
  run(calls: readonly FunctionCall[], answered: (answer: Answer) => void): void;
  /**
   * Ends what runs: what has no answer yet gets one before this returns, and says nothing more.
   * @param why for the service, a sentence
   */
  cancel(why: string): void;
}

/** Timers of the person's that have run out. */
export interface Alarm {
  /** What rings, in words for the log; undefined where nothing does. */
  due(): string | undefined;
  /**
   * The person has heard it: it does not ring again.
   * @param rungMs only what has rung this long
   */
  dismiss(rungMs?: number): void;
}

export interface MissingHardware extends Failure {
  readonly what: 'microphone' | 'loudspeaker' | 'network';
}

/** The sound cards and the network, which may come and go. */
export interface HardwarePresence {
  /** What a conversation needs and is missing; undefined where nothing is known to be missing. Cheap to call. */
  missing(): MissingHardware | undefined;
}

/** The service manager, or nothing where there is none. */
export interface Notifier {
  /** Started; `systemctl start` returns. */
  ready(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  stop(): Promise<void>;
}

/** Time as the rules see it; a test advances its own. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls `then` once after `ms`; the returned function cancels it. */
  after(ms: number, then: () => void): () => void;
}

/** A line for the log: facts and a sentence. What is wrong has a code among its facts. The shape of pino's loggers. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: LogFacts, sentence: string): void;
  error(facts: LogFacts, sentence: string): void;
}

export interface LogFacts {
  /** Kebab-case, as in `Notice`; undefined for a change of phase that nothing failed for. */
  readonly code: string | undefined;
  readonly [name: string]: unknown;
}
