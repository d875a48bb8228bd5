// The rules of a conversation, and nothing else: two tables and the function that reads them.
// Outputs belong to phases (a Moore machine): whoever knows the phase knows what every piece of
// hardware must be doing, so no flag beside the phase can disagree with it. A missing cell of the
// arrows means "nothing happens". Pure: no clock, no hardware, no import.

export const phases = [
  'idle',
  'unready',
  'connecting',
  'listening',
  'thinking',
  'speaking',
  'draining',
  'failed',
] as const;
export type Phase = (typeof phases)[number];

export const events = [
  'buttonPressed',
  /** A card or the network that a conversation needs is not there. */
  'partsMissed',
  /** Everything that a conversation needs is there. */
  'partsFound',
  /** The service has confirmed our session: what is said from now on is heard. */
  'sessionReady',
  'speechStarted',
  'speechStopped',
  /** The service has taken the utterance; the person's half of the turn is over. */
  'turnCommitted',
  /** The service has begun to work on a reply; no sound yet. */
  'replyCreated',
  /** The first sound of a reply has arrived. */
  'replyStarted',
  /** No reply is active any more, however the last one ended. */
  'replyEnded',
  /** The last sample has left the loudspeaker, and its echo has died away. */
  'playbackDrained',
  'timeout',
  'failure',
] as const;
export type Event = (typeof events)[number];

export type LightPattern = 'off' | 'blip' | 'fastBlink' | 'solid' | 'slowBlink' | 'heartbeat' | 'alarm';

/** Every time limit of a conversation, by name; the configuration says how long each is. */
export type Limit = 'connect' | 'silence' | 'utterance' | 'replyCreated' | 'firstSound' | 'reply' | 'alarm';

/** What the hardware must be doing in a phase. */
export interface Outputs {
  /** The words of the log and of `systemctl status`. */
  readonly status: string;
  readonly light: LightPattern;
  readonly connection: 'closed' | 'open';
  readonly microphone: 'off' | 'on';
  readonly loudspeaker: 'silent' | 'playing' | 'draining';
  /** How long the phase may last before it gets a `timeout`. */
  readonly limit: Limit | undefined;
}

const closed = { connection: 'closed', microphone: 'off', loudspeaker: 'silent' } as const;
const hearing = { connection: 'open', microphone: 'on', loudspeaker: 'silent' } as const;
const deaf = { connection: 'open', microphone: 'off' } as const;

export const outputs: Readonly<Record<Phase, Outputs>> = {
  idle: { ...closed, status: 'Ready', light: 'off', limit: undefined },
  unready: { ...closed, status: 'Not ready', light: 'blip', limit: undefined },
  connecting: { ...hearing, status: 'Connecting', light: 'fastBlink', limit: 'connect' },
  listening: { ...hearing, status: 'Listening', light: 'solid', limit: 'silence' },
  thinking: {
    ...deaf,
    status: 'Thinking',
    light: 'slowBlink',
    loudspeaker: 'silent',
    limit: 'replyCreated',
  },
  speaking: {
    ...deaf,
    status: 'Playing response',
    light: 'heartbeat',
    loudspeaker: 'playing',
    limit: 'reply',
  },
  draining: {
    ...deaf,
    status: 'Finishing response',
    light: 'heartbeat',
    loudspeaker: 'draining',
    limit: 'reply',
  },
  failed: { ...closed, status: 'Failed', light: 'alarm', limit: 'alarm' },
};

/** What an arrow does once, beside changing the phase: silence the reply, now, and call it off. */
export type Pulse = 'interruptReply';

export interface Arrow {
  readonly to: Phase;
  /** Instead of the phase's own limit. */
  readonly limit?: Limit;
  readonly pulse?: Pulse;
}

type Arrows = Readonly<Record<Phase, Readonly<Partial<Record<Event, Arrow>>>>>;

const idle: Arrow = { to: 'idle' };
const unready: Arrow = { to: 'unready' };
const connecting: Arrow = { to: 'connecting' };
const listening: Arrow = { to: 'listening' };
const failed: Arrow = { to: 'failed' };

const hangUp: Arrows = {
  idle: { buttonPressed: connecting, partsMissed: unready },
  // A press tries it all the same: what fails then says why.
  unready: { buttonPressed: connecting, partsMissed: unready, partsFound: idle },
  connecting: { sessionReady: listening, buttonPressed: idle, timeout: failed, failure: failed },
  listening: {
    speechStarted: { to: 'listening', limit: 'utterance' },
    speechStopped: listening,
    turnCommitted: { to: 'thinking' },
    replyCreated: { to: 'thinking', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  thinking: {
    replyCreated: { to: 'thinking', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    replyEnded: listening,
    buttonPressed: idle,
    timeout: { to: 'listening', pulse: 'interruptReply' },
    failure: failed,
  },
  speaking: {
    replyEnded: { to: 'draining' },
    buttonPressed: idle,
    timeout: failed,
    failure: failed,
  },
  draining: {
    // A second reply joins the queue of the loudspeaker; the microphone waits for both.
    replyCreated: { to: 'speaking' },
    replyStarted: { to: 'speaking' },
    playbackDrained: listening,
    buttonPressed: idle,
    timeout: failed,
    failure: failed,
  },
  failed: { timeout: idle, buttonPressed: connecting },
};

// Interrupting silences the reply and then takes the common way back to the microphone: the reply
// has ended, the loudspeaker is drained, the echo has died away.
const interrupt: Arrows = {
  ...hangUp,
  speaking: { ...hangUp.speaking, buttonPressed: { to: 'speaking', pulse: 'interruptReply' } },
  draining: { ...hangUp.draining, buttonPressed: { to: 'draining', pulse: 'interruptReply' } },
};

/** What a press does while a reply is heard. */
export type PressWhileSpeaking = 'hang-up' | 'interrupt';

export const arrows: Readonly<Record<PressWhileSpeaking, Arrows>> = {
  'hang-up': hangUp,
  interrupt,
};

/** The arrow that `event` takes out of `phase`; undefined where nothing happens. */
export const next = (phase: Phase, event: Event, pressWhileSpeaking: PressWhileSpeaking): Arrow | undefined =>
  arrows[pressWhileSpeaking][phase][event];
