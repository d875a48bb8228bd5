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
  'working',
  'parting',
  'leaving',
  'ringing',
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
  /** No reply is active any more, however the last one ended, and none is to come. */
  'replyEnded',
  /** The reply has ended and wants things done (function calls, MCP) before it goes on. */
  'callsMade',
  /** All of them are answered, and the reply that speaks about them is asked for. */
  'replyAsked',
  /** All of them are answered, and nothing is to be said. */
  'callsAnswered',
  /** All of them are answered, and one was to end the conversation: its goodbye is asked for. */
  'goodbyeAsked',
  /** The same, and the goodbye was said already, with the call. */
  'goodbyeSaid',
  /** The last sample has left the loudspeaker, and its echo has died away. */
  'playbackDrained',
  /** A timer of the person's has run out. */
  'timerDue',
  'timeout',
  'failure',
] as const;
export type Event = (typeof events)[number];

export type LightPattern =
  | 'off'
  | 'blip'
  | 'fastBlink'
  | 'solid'
  | 'slowBlink'
  | 'heartbeat'
  | 'longShort'
  | 'evenBlink'
  | 'alarm';

/** Every time limit of a conversation, by name; the configuration says how long each is. */
export type Limit =
  | 'connect'
  | 'silence'
  | 'utterance'
  | 'replyCreated'
  | 'firstSound'
  | 'reply'
  | 'work'
  | 'ring'
  | 'alarm';

/** What the hardware must be doing in a phase. */
export interface Outputs {
  /** The words of the log and of `systemctl status`. */
  readonly status: string;
  readonly light: LightPattern;
  readonly connection: 'closed' | 'open';
  readonly microphone: 'off' | 'on';
  readonly loudspeaker: 'silent' | 'playing' | 'draining' | 'ringing';
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
  // What was said before the calls is played to its end meanwhile.
  working: { ...deaf, status: 'Working', light: 'longShort', loudspeaker: 'playing', limit: 'work' },
  parting: {
    ...deaf,
    status: 'Saying goodbye',
    light: 'heartbeat',
    loudspeaker: 'playing',
    limit: 'reply',
  },
  leaving: {
    ...deaf,
    status: 'Finishing goodbye',
    light: 'heartbeat',
    loudspeaker: 'draining',
    limit: 'reply',
  },
  ringing: { ...closed, status: 'Ringing', light: 'evenBlink', loudspeaker: 'ringing', limit: 'ring' },
  failed: { ...closed, status: 'Failed', light: 'alarm', limit: 'alarm' },
};

/**
 * What an arrow does once, beside changing the phase: silence the reply, now, and call it and its calls off;
 * begin what the reply called for; take what rings as heard, or what has rung long enough.
 */
export type Pulse = 'interruptReply' | 'runCalls' | 'dismissTimers' | 'expireTimers';

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
const ringing: Arrow = { to: 'ringing' };
const working: Arrow = { to: 'working', pulse: 'runCalls' };
const asked: Arrow = { to: 'working', limit: 'replyCreated', pulse: 'runCalls' };
const parting: Arrow = { to: 'parting', limit: 'replyCreated' };

const hangUp: Arrows = {
  idle: { buttonPressed: connecting, partsMissed: unready, timerDue: ringing },
  // A press tries it all the same: what fails then says why.
  unready: { buttonPressed: connecting, partsMissed: unready, partsFound: idle, timerDue: ringing },
  connecting: { sessionReady: listening, buttonPressed: idle, timeout: failed, failure: failed },
  listening: {
    speechStarted: { to: 'listening', limit: 'utterance' },
    speechStopped: listening,
    turnCommitted: { to: 'thinking' },
    replyCreated: { to: 'thinking', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    callsMade: working,
    // The conversation ends; whoever waits for a timer wants to hear it.
    timerDue: ringing,
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  thinking: {
    replyCreated: { to: 'thinking', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    replyEnded: listening,
    callsMade: working,
    replyAsked: asked,
    buttonPressed: idle,
    timeout: { to: 'listening', pulse: 'interruptReply' },
    failure: failed,
  },
  speaking: {
    replyEnded: { to: 'draining' },
    callsMade: working,
    replyAsked: asked,
    goodbyeAsked: parting,
    buttonPressed: idle,
    timeout: failed,
    failure: failed,
  },
  draining: {
    // A second reply joins the queue of the loudspeaker; the microphone waits for both.
    replyCreated: { to: 'speaking' },
    replyStarted: { to: 'speaking' },
    callsMade: working,
    playbackDrained: listening,
    buttonPressed: idle,
    timeout: failed,
    failure: failed,
  },
  working: {
    callsMade: working,
    replyAsked: { to: 'working', limit: 'replyCreated' },
    replyCreated: { to: 'working', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    replyEnded: { to: 'draining' },
    callsAnswered: { to: 'draining' },
    goodbyeAsked: parting,
    goodbyeSaid: { to: 'leaving' },
    buttonPressed: idle,
    timeout: { to: 'draining', pulse: 'interruptReply' },
    failure: failed,
  },
  parting: {
    goodbyeAsked: parting,
    replyCreated: { to: 'parting', limit: 'firstSound' },
    replyStarted: { to: 'parting' },
    replyEnded: { to: 'leaving' },
    // Whoever says goodbye begins nothing new.
    callsMade: { to: 'leaving' },
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  leaving: {
    // Another reply behind the goodbye is heard as well.
    replyCreated: { to: 'parting' },
    replyStarted: { to: 'parting' },
    playbackDrained: idle,
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  ringing: {
    buttonPressed: { to: 'idle', pulse: 'dismissTimers' },
    timeout: { to: 'idle', pulse: 'expireTimers' },
  },
  failed: { timeout: idle, buttonPressed: connecting },
};

// Interrupting silences the reply, ends its calls, and then takes the common way back to the microphone: the reply
// has ended, the loudspeaker is drained, the echo has died away.
const interrupt: Arrows = {
  ...hangUp,
  speaking: { ...hangUp.speaking, buttonPressed: { to: 'speaking', pulse: 'interruptReply' } },
  draining: { ...hangUp.draining, buttonPressed: { to: 'draining', pulse: 'interruptReply' } },
  working: { ...hangUp.working, buttonPressed: { to: 'working', pulse: 'interruptReply' } },
};

/** What a press does while a reply is heard, or worked for. */
export type PressWhileSpeaking = 'hang-up' | 'interrupt';

export const arrows: Readonly<Record<PressWhileSpeaking, Arrows>> = {
  'hang-up': hangUp,
  interrupt,
};

/** The arrow that `event` takes out of `phase`; undefined where nothing happens. */
export const next = (phase: Phase, event: Event, pressWhileSpeaking: PressWhileSpeaking): Arrow | undefined =>
  arrows[pressWhileSpeaking][phase][event];
