// The rules of a conversation, and nothing else: two tables and the function that reads them.
// Outputs belong to phases (a Moore machine): the phase alone tells what every piece of hardware must be
// doing and how long that may last, so no flag beside the phase can disagree with it. A missing cell of
// the transitions means "nothing happens". Pure: no clock, no hardware, no import.

export const phases = [
  'idle',
  'noMicrophone',
  'noLoudspeaker',
  'noNetwork',
  'connecting',
  'listening',
  'hearing',
  'thinking',
  'preparingReply',
  'speaking',
  'draining',
  'drainingOffline',
  'working',
  'awaitingFollowUp',
  'preparingFollowUp',
  'awaitingGoodbye',
  'preparingGoodbye',
  'sayingGoodbye',
  'finishingGoodbye',
  'finishingGoodbyeOffline',
  'ringing',
  'failed',
] as const;
export type Phase = (typeof phases)[number];

export const events = [
  'buttonPressed',
  /** A card, or the network, that a conversation needs is missing. */
  'microphoneMissing',
  'loudspeakerMissing',
  'networkMissing',
  /** Everything that a conversation needs is present. */
  'hardwareReady',
  /** The service has confirmed our session: it gets what is said from now on. */
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
  /** The reply requests function calls or MCP calls before it continues. */
  'callsMade',
  /** All calls are answered, and the follow-up reply about them is requested. */
  'replyRequested',
  /** All calls are answered, and no follow-up is needed. */
  'callsAnswered',
  /** All calls are answered, one ends the conversation, and its goodbye is requested. */
  'goodbyeRequested',
  /** The same, and the reply that made the call has said goodbye already. */
  'goodbyeSaid',
  /** The last sample has left the loudspeaker, and its echo is over. */
  'playbackDrained',
  /** One of the person's timers has run out. */
  'timerDue',
  'timeout',
  /** The service has ended the connection, or it was lost. */
  'connectionEnded',
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

/** What the hardware does in a phase. */
export interface Outputs {
  /** The words of the log and of `systemctl status`. */
  readonly status: string;
  /** How loudly the log reports the phase, and whether the status says why: at "warn" and "error" it does. */
  readonly level: 'info' | 'warn' | 'error';
  readonly light: LightPattern;
  readonly connection: 'closed' | 'open';
  readonly microphone: 'off' | 'on';
  readonly loudspeaker: 'silent' | 'playing' | 'draining' | 'ringing';
  /** A soft tick while the loudspeaker has nothing to play. */
  readonly progressTick: 'off' | 'on';
  /** How long the phase may last before it gets a `timeout`. A limit that the next phase shares runs on. */
  readonly limit: Limit | undefined;
}

const closed = {
  level: 'info',
  connection: 'closed',
  microphone: 'off',
  loudspeaker: 'silent',
  progressTick: 'off',
  limit: undefined,
} as const;
const open = { ...closed, connection: 'open' } as const;

const notReady = { ...closed, status: 'Not ready', level: 'warn', light: 'blip' } as const;
const listeningOutputs = { ...open, status: 'Listening', light: 'solid', microphone: 'on' } as const;
const thinkingOutputs = { ...open, status: 'Thinking', light: 'slowBlink' } as const;
const replyOutputs = { ...open, light: 'heartbeat', loudspeaker: 'playing', limit: 'reply' } as const;
const drainingOutputs = { ...replyOutputs, status: 'Finishing response', loudspeaker: 'draining' } as const;
const finishingOutputs = { ...drainingOutputs, status: 'Finishing goodbye' } as const;
const goodbyeOutputs = { ...replyOutputs, status: 'Saying goodbye' } as const;
// What was said before the calls is played to its end meanwhile.
const workingOutputs = { ...open, status: 'Working', light: 'longShort', loudspeaker: 'playing' } as const;

export const outputs: Readonly<Record<Phase, Outputs>> = {
  idle: { ...closed, status: 'Ready', light: 'off' },
  noMicrophone: notReady,
  noLoudspeaker: notReady,
  noNetwork: notReady,
  connecting: { ...open, status: 'Connecting', light: 'fastBlink', microphone: 'on', limit: 'connect' },
  listening: { ...listeningOutputs, limit: 'silence' },
  hearing: { ...listeningOutputs, limit: 'utterance' },
  thinking: { ...thinkingOutputs, limit: 'replyCreated' },
  preparingReply: { ...thinkingOutputs, limit: 'firstSound' },
  speaking: { ...replyOutputs, status: 'Playing response' },
  draining: drainingOutputs,
  // The reply has arrived completely, and is heard to its end.
  drainingOffline: { ...drainingOutputs, connection: 'closed' },
  working: { ...workingOutputs, progressTick: 'on', limit: 'work' },
  awaitingFollowUp: { ...workingOutputs, limit: 'replyCreated' },
  preparingFollowUp: { ...workingOutputs, limit: 'firstSound' },
  awaitingGoodbye: { ...goodbyeOutputs, limit: 'replyCreated' },
  preparingGoodbye: { ...goodbyeOutputs, limit: 'firstSound' },
  sayingGoodbye: goodbyeOutputs,
  finishingGoodbye: finishingOutputs,
  finishingGoodbyeOffline: { ...finishingOutputs, connection: 'closed' },
  ringing: { ...closed, status: 'Ringing', light: 'evenBlink', loudspeaker: 'ringing', limit: 'ring' },
  failed: { ...closed, status: 'Failed', level: 'error', light: 'alarm', limit: 'alarm' },
};

/**
 * What a transition does once, beside changing the phase: silence the reply, now, and cancel it and its calls;
 * run what the reply called for; play out what was said so far; take what rings as heard, or what has rung
 * for the whole limit.
 */
export type Effect = 'interruptReply' | 'runCalls' | 'endReply' | 'dismissTimers' | 'expireTimers';

export interface Transition {
  readonly to: Phase;
  readonly effect?: Effect;
}

type Row = Readonly<Partial<Record<Event, Transition>>>;
type Transitions = Readonly<Record<Phase, Row>>;

const idle: Transition = { to: 'idle' };
const connecting: Transition = { to: 'connecting' };
const listening: Transition = { to: 'listening' };
const failed: Transition = { to: 'failed' };
const ringing: Transition = { to: 'ringing' };
const working: Transition = { to: 'working', effect: 'runCalls' };
const followUp: Transition = { to: 'awaitingFollowUp', effect: 'endReply' };
const awaitingGoodbye: Transition = { to: 'awaitingGoodbye' };
const finishingGoodbye: Transition = { to: 'finishingGoodbye' };

const whenIdle: Row = { buttonPressed: connecting, timerDue: ringing };
// A press tries it anyway: the failure then names the reason.
const whenNotReady: Row = { ...whenIdle, hardwareReady: idle };
const microphoneMissing: Row = { microphoneMissing: { to: 'noMicrophone' } };
const loudspeakerMissing: Row = { loudspeakerMissing: { to: 'noLoudspeaker' } };
const networkMissing: Row = { networkMissing: { to: 'noNetwork' } };

const inConversation: Row = { buttonPressed: idle, connectionEnded: failed, failure: failed };

const beforeReply: Row = {
  ...inConversation,
  replyCreated: { to: 'preparingReply' },
  replyStarted: { to: 'speaking' },
  callsMade: working,
};

const whileListening: Row = {
  ...beforeReply,
  turnCommitted: { to: 'thinking' },
  // The conversation ends: a timer must be heard.
  timerDue: ringing,
  timeout: idle,
};

const whileThinking: Row = {
  ...beforeReply,
  replyEnded: listening,
  replyRequested: followUp,
  timeout: { to: 'listening', effect: 'interruptReply' },
};

const whilePlaying: Row = { ...inConversation, callsMade: working, timeout: failed };

const whileWorking: Row = {
  ...inConversation,
  callsMade: working,
  replyRequested: { to: 'awaitingFollowUp' },
  replyCreated: { to: 'preparingFollowUp' },
  replyStarted: { to: 'speaking' },
  replyEnded: { to: 'draining' },
  callsAnswered: { to: 'draining' },
  goodbyeRequested: awaitingGoodbye,
  goodbyeSaid: finishingGoodbye,
  timeout: { to: 'draining', effect: 'interruptReply' },
};

const whileSayingGoodbye: Row = {
  ...inConversation,
  goodbyeRequested: awaitingGoodbye,
  replyCreated: { to: 'preparingGoodbye' },
  replyStarted: { to: 'sayingGoodbye' },
  replyEnded: finishingGoodbye,
  // The conversation ends: no further call is run.
  callsMade: finishingGoodbye,
  timeout: idle,
};

const hangUp: Transitions = {
  idle: { ...whenIdle, ...microphoneMissing, ...loudspeakerMissing, ...networkMissing },
  noMicrophone: { ...whenNotReady, ...loudspeakerMissing, ...networkMissing },
  noLoudspeaker: { ...whenNotReady, ...microphoneMissing, ...networkMissing },
  noNetwork: { ...whenNotReady, ...microphoneMissing, ...loudspeakerMissing },
  connecting: { ...inConversation, sessionReady: listening, timeout: failed },
  listening: { ...whileListening, speechStarted: { to: 'hearing' } },
  hearing: { ...whileListening, speechStopped: listening },
  thinking: whileThinking,
  preparingReply: whileThinking,
  speaking: {
    ...whilePlaying,
    replyEnded: { to: 'draining' },
    replyRequested: followUp,
    goodbyeRequested: awaitingGoodbye,
  },
  draining: {
    ...whilePlaying,
    // A second reply joins the queue of the loudspeaker; the microphone waits for both.
    replyCreated: { to: 'speaking' },
    replyStarted: { to: 'speaking' },
    playbackDrained: listening,
    connectionEnded: { to: 'drainingOffline' },
  },
  drainingOffline: { buttonPressed: idle, playbackDrained: failed, timeout: failed, failure: failed },
  working: whileWorking,
  awaitingFollowUp: whileWorking,
  preparingFollowUp: whileWorking,
  awaitingGoodbye: whileSayingGoodbye,
  preparingGoodbye: whileSayingGoodbye,
  sayingGoodbye: whileSayingGoodbye,
  finishingGoodbye: {
    ...inConversation,
    // Another reply after the goodbye is played as well.
    replyCreated: { to: 'sayingGoodbye' },
    replyStarted: { to: 'sayingGoodbye' },
    playbackDrained: idle,
    timeout: idle,
    connectionEnded: { to: 'finishingGoodbyeOffline' },
  },
  finishingGoodbyeOffline: { buttonPressed: idle, playbackDrained: idle, timeout: idle, failure: failed },
  ringing: {
    buttonPressed: { to: 'idle', effect: 'dismissTimers' },
    timeout: { to: 'idle', effect: 'expireTimers' },
  },
  failed: { timeout: idle, buttonPressed: connecting },
};

/** Stays in the phase, silences the reply and cancels its calls. */
const interrupted = (phase: Phase): Row => ({
  ...hangUp[phase],
  buttonPressed: { to: phase, effect: 'interruptReply' },
});

// After an interruption the usual transitions open the microphone again: the reply has ended, the loudspeaker is
// drained, the echo is over.
const interrupt: Transitions = {
  ...hangUp,
  speaking: interrupted('speaking'),
  draining: interrupted('draining'),
  working: interrupted('working'),
  awaitingFollowUp: interrupted('awaitingFollowUp'),
  preparingFollowUp: interrupted('preparingFollowUp'),
};

/** What a press does while a reply is played, or prepared by calls. */
export type PressWhileSpeaking = 'hang-up' | 'interrupt';

export const transitions: Readonly<Record<PressWhileSpeaking, Transitions>> = {
  'hang-up': hangUp,
  interrupt,
};

/** The transition that `event` makes from `phase`; undefined where nothing happens. */
export const next = (
  phase: Phase,
  event: Event,
  pressWhileSpeaking: PressWhileSpeaking,
): Transition | undefined => transitions[pressWhileSpeaking][phase][event];
