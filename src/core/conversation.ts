// The rules of a conversation, and nothing else: two tables and the function that reads them.
// Outputs belong to phases (a Moore machine): whoever knows the phase knows what every piece of
// hardware must be doing, so no flag beside the phase can disagree with it. A missing cell of the
// transitions means "nothing happens". Pure: no clock, no hardware, no import.

export const phases = [
  'idle',
  'notReady',
  'connecting',
  'listening',
  'thinking',
  'speaking',
  'draining',
  'working',
  'sayingGoodbye',
  'finishingGoodbye',
  'ringing',
  'failed',
] as const;
export type Phase = (typeof phases)[number];

export const events = [
  'buttonPressed',
  /** A card or the network that a conversation needs is not there. */
  'hardwareMissing',
  /** Everything that a conversation needs is there. */
  'hardwareReady',
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
  'replyRequested',
  /** All of them are answered, and nothing is to be said. */
  'callsAnswered',
  /** All of them are answered, and one was to end the conversation: its goodbye is asked for. */
  'goodbyeRequested',
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
  notReady: { ...closed, status: 'Not ready', light: 'blip', limit: undefined },
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
  sayingGoodbye: {
    ...deaf,
    status: 'Saying goodbye',
    light: 'heartbeat',
    loudspeaker: 'playing',
    limit: 'reply',
  },
  finishingGoodbye: {
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
 * What an transition does once, beside changing the phase: silence the reply, now, and call it and its calls off;
 * begin what the reply called for; take what rings as heard, or what has rung long enough.
 */
export type Effect = 'interruptReply' | 'runCalls' | 'dismissTimers' | 'expireTimers';

export interface Transition {
  readonly to: Phase;
  /** Instead of the phase's own limit. */
  readonly limit?: Limit;
  readonly effect?: Effect;
}

type Transitions = Readonly<Record<Phase, Readonly<Partial<Record<Event, Transition>>>>>;

const idle: Transition = { to: 'idle' };
const notReady: Transition = { to: 'notReady' };
const connecting: Transition = { to: 'connecting' };
const listening: Transition = { to: 'listening' };
const failed: Transition = { to: 'failed' };
const ringing: Transition = { to: 'ringing' };
const working: Transition = { to: 'working', effect: 'runCalls' };
const asked: Transition = { to: 'working', limit: 'replyCreated', effect: 'runCalls' };
const sayingGoodbye: Transition = { to: 'sayingGoodbye', limit: 'replyCreated' };

const hangUp: Transitions = {
  idle: { buttonPressed: connecting, hardwareMissing: notReady, timerDue: ringing },
  // A press tries it all the same: what fails then says why.
  notReady: { buttonPressed: connecting, hardwareMissing: notReady, hardwareReady: idle, timerDue: ringing },
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
    replyRequested: asked,
    buttonPressed: idle,
    timeout: { to: 'listening', effect: 'interruptReply' },
    failure: failed,
  },
  speaking: {
    replyEnded: { to: 'draining' },
    callsMade: working,
    replyRequested: asked,
    goodbyeRequested: sayingGoodbye,
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
    replyRequested: { to: 'working', limit: 'replyCreated' },
    replyCreated: { to: 'working', limit: 'firstSound' },
    replyStarted: { to: 'speaking' },
    replyEnded: { to: 'draining' },
    callsAnswered: { to: 'draining' },
    goodbyeRequested: sayingGoodbye,
    goodbyeSaid: { to: 'finishingGoodbye' },
    buttonPressed: idle,
    timeout: { to: 'draining', effect: 'interruptReply' },
    failure: failed,
  },
  sayingGoodbye: {
    goodbyeRequested: sayingGoodbye,
    replyCreated: { to: 'sayingGoodbye', limit: 'firstSound' },
    replyStarted: { to: 'sayingGoodbye' },
    replyEnded: { to: 'finishingGoodbye' },
    // Whoever says goodbye begins nothing new.
    callsMade: { to: 'finishingGoodbye' },
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  finishingGoodbye: {
    // Another reply behind the goodbye is heard as well.
    replyCreated: { to: 'sayingGoodbye' },
    replyStarted: { to: 'sayingGoodbye' },
    playbackDrained: idle,
    buttonPressed: idle,
    timeout: idle,
    failure: failed,
  },
  ringing: {
    buttonPressed: { to: 'idle', effect: 'dismissTimers' },
    timeout: { to: 'idle', effect: 'expireTimers' },
  },
  failed: { timeout: idle, buttonPressed: connecting },
};

// Interrupting silences the reply, ends its calls, and then takes the common way back to the microphone: the reply
// has ended, the loudspeaker is drained, the echo has died away.
const interrupt: Transitions = {
  ...hangUp,
  speaking: { ...hangUp.speaking, buttonPressed: { to: 'speaking', effect: 'interruptReply' } },
  draining: { ...hangUp.draining, buttonPressed: { to: 'draining', effect: 'interruptReply' } },
  working: { ...hangUp.working, buttonPressed: { to: 'working', effect: 'interruptReply' } },
};

/** What a press does while a reply is heard, or worked for. */
export type PressWhileSpeaking = 'hang-up' | 'interrupt';

export const transitions: Readonly<Record<PressWhileSpeaking, Transitions>> = {
  'hang-up': hangUp,
  interrupt,
};

/** The transition that `event` takes out of `phase`; undefined where nothing happens. */
export const next = (
  phase: Phase,
  event: Event,
  pressWhileSpeaking: PressWhileSpeaking,
): Transition | undefined => transitions[pressWhileSpeaking][phase][event];
