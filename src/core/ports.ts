// What the assistant needs from the world, and what every adapter and every fake promises.
// For all of them: `start` and `stop` may be called twice; after `stop` was called no callback comes;
// the promise of `stop` resolves (never rejects) when the device is free and no child process is left.
// Whatever goes wrong arrives as one sentence that names the thing and the remedy; nothing throws.
// PCM is 24 kHz mono s16le in Buffers (see pcm.ts); an adapter never changes a Buffer it was given.

import type { Event, LightPattern } from './conversation.ts';

export interface MicrophoneListener {
  /** The next 20 ms (960 bytes), in order, without gaps. The Buffer is the listener's to keep. */
  frame(pcm: Buffer): void;
  /** The card is missing, busy or gone; recording has stopped. At most once per start. */
  failed(sentence: string): void;
}

export interface Microphone {
  /** Whether the card is taken: from a start on, until a stop has resolved or a failure was told. */
  readonly inUse: boolean;
  /** Records from now on. A start right after a stop waits by itself until the card is free. */
  start(listener: MicrophoneListener): void;
  stop(): Promise<void>;
}

export interface LoudspeakerListener {
  /** The first sample of a reply has been handed to the card. Once per reply that has sound. */
  started(): void;
  /** Everything played since the start has been heard. Once after each `end` that nothing followed. */
  drained(): void;
  /** The card is missing, busy or gone; the rest of the reply is lost. At most once per start. */
  failed(sentence: string): void;
}

export interface Loudspeaker {
  /** Whether the card may be taken; never before a start, nor when a stop has resolved. */
  readonly inUse: boolean;
  /** Gets ready for replies; while started, a second start changes nothing. */
  start(listener: LoudspeakerListener): void;
  /** Adds samples (any number of bytes, odd counts included) to the reply. Keeps no more than `maxQueueMs`. */
  play(pcm: Buffer): void;
  /** The reply is complete: play it out, then `drained`. Soon and trivially where nothing was played. */
  end(): void;
  /**
   * Plays a short sound of our own, whole, unless anything is still to be heard; the samples of a reply that
   * follow come after it. No `started` tells of it, it never counts as heard, and one that cannot be played is left out. Nothing
   * where not started.
   */
  playEarcon(pcm: Buffer): void;
  /**
   * Silence, at once: what was not heard is dropped; still started. `end` may follow, and is then
   * trivially drained; if `end` came before, `drained` comes soon.
   * @returns milliseconds that were heard since the start, of all replies; 0 where not started
   */
  flush(): number;
  /** Silence, at once. */
  stop(): Promise<void>;
}

/** The events of a conversation that a service can cause. */
export type ServiceEvent = Extract<
  Event,
  | 'sessionReady'
  | 'speechStarted'
  | 'speechStopped'
  | 'turnCommitted'
  | 'replyCreated'
  | 'replyStarted'
  | 'replyEnded'
  | 'callsMade'
  | 'replyRequested'
  | 'callsAnswered'
  | 'goodbyeRequested'
  | 'goodbyeSaid'
>;

/** A function call of the service's, as it came. */
export interface FunctionCall {
  readonly callId: string;
  readonly name: string;
  /** JSON, or what the service takes for it. */
  readonly arguments: string;
}

/** What follows when all calls of a reply are answered: it is spoken about, or not, or the conversation ends. */
export type AfterCall = 'reply' | 'nothing' | 'hangUp';

/** What became of one call. */
export interface Answer {
  readonly callId: string;
  readonly output: string;
  readonly next: AfterCall;
}

export interface ConnectionListener {
  /** `reason` is for the log: a few words on why, or what exactly. */
  event(event: ServiceEvent, reason: string): void;
  /** The next samples of the active reply, after its `replyStarted` and before its `replyEnded`. */
  audio(pcm: Buffer): void;
  /** What the reply that has just ended calls for; the event `callsMade` follows, and wants an answer to each. */
  called(calls: readonly FunctionCall[]): void;
  /** What was said, in words, as the service understood it. */
  transcript(who: 'person' | 'reply', text: string): void;
  /** Worth a line in the log, and harmless. */
  notice(sentence: string): void;
  /** The conversation is over; the connection is closed. At most once. */
  failed(sentence: string): void;
}

/** One conversation with the service. Used once; it connects from the moment it is made. */
export interface Connection {
  /** Connecting or connected; not any more from a close or a failure on. */
  readonly open: boolean;
  /** Sends a frame. Before `sessionReady` it is kept (bounded, oldest dropped first) and sent then, in order. */
  send(pcm: Buffer): void;
  /** Forgets what the service has heard of an unfinished utterance. Nothing before `sessionReady`. */
  clearInput(): void;
  /**
   * The answer to one call; a second one to the same call is nothing. After the last, and after the end of every
   * reply, one of `replyRequested`, `callsAnswered`, `goodbyeRequested` and `goodbyeSaid` follows.
   */
  answer(answer: Answer): void;
  /**
   * Calls the active reply off, if any, and tells the service how much of the last one was heard.
   * No more audio of it arrives; `replyEnded` follows within two seconds whatever the service does. Calls are still
   * to be answered, and nothing is said about them.
   */
  interrupt(heardMs: number): void;
  /** What it is waiting for, in words that finish "waited for ...". */
  waitingFor(): string;
  /** Ends it; resolves when the socket is closed, at once where the service does not answer. */
  close(): Promise<void>;
}

export type Connect = (listener: ConnectionListener) => Connection;

export interface ButtonListener {
  /** Pressed: debounced, once per press, re-armed only after release. */
  pressed(): void;
  /** The button can no longer be read. At most once per start. */
  failed(sentence: string): void;
}

export interface Button {
  /** Resolves when a press would be heard, or when `failed` has said why it never will be. */
  start(listener: ButtonListener): Promise<void>;
  stop(): Promise<void>;
}

export interface Light {
  /** Shows the pattern from now on, within 10 ms. A light that fails says so in the log, once, and is dark. */
  show(pattern: LightPattern): void;
  /** Dark, and the line given back. */
  stop(): Promise<void>;
}

/** Does what the service calls for. */
export interface Tools {
  /** Begins them, some at a time; each is answered exactly once, never before this returns, however it goes. */
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
   * @param rungMs only what has rung for so long
   */
  dismiss(rungMs?: number): void;
}

/** What a conversation needs of the machine and that may come and go: cards, a network. */
export interface HardwarePresence {
  /** One sentence on what is not there; undefined where nothing is known to be missing. Costs next to nothing. */
  missing(): string | undefined;
}

/** The service manager, or nothing where there is none. */
export interface Notifier {
  /** Started; `systemctl start` returns. */
  ready(): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  stop(): Promise<void>;
}

/** Time as the rules see it; a test's clock stands still until told. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls `then` once after `ms`; the returned function calls it off. */
  after(ms: number, then: () => void): () => void;
}

/** A line for the log: an object of facts and a sentence. The shape of pino's loggers. */
export interface Log {
  debug(facts: object, sentence: string): void;
  info(facts: object, sentence: string): void;
  warn(facts: object, sentence: string): void;
  error(facts: object, sentence: string): void;
}
