// The composition root: the only file that knows everyone. It turns a configuration into adapters, hands
// them to the assistant, and ties the button to it. Whatever a command wants to be different (a terminal
// for a button, a file for a microphone) it passes in.

import { createArecordMicrophone } from './adapters/arecord-microphone.ts';
import { createChildLoudspeaker } from './adapters/child-loudspeaker.ts';
import { createButton, createLight } from './adapters/gpio-backend.ts';
import { aplayCommand, speakerCommand } from './adapters/playback-commands.ts';
import { connectRealtime } from './adapters/realtime-connection.ts';
import { createSurroundings } from './adapters/surroundings.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createNotifier } from './adapters/systemd-notifier.ts';
import { Assistant, type AssistantOptions, type Observer } from './assistant.ts';
import { requestHeaders } from './config/headers.ts';
import type { Config } from './config.ts';
import { outputs } from './conversation.ts';
import { Unavailable } from './exit-codes.ts';
import type { Button, Connect, Light, Log, Loudspeaker, Microphone } from './ports.ts';
import { serviceUrl } from './realtime/service-url.ts';

export interface Replacements {
  readonly button?: Button;
  readonly light?: Light;
  readonly microphone?: Microphone;
  readonly loudspeaker?: Loudspeaker;
}

export interface DaemonOptions {
  readonly config: Config;
  readonly key: string | undefined;
  readonly log: Log;
  /** Keeps secrets out of what the service manager is told. */
  readonly mask: (text: string) => string;
  readonly replacements?: Replacements;
  readonly observer?: Observer;
  /** The button can no longer be read. */
  readonly onButtonFailed: (sentence: string) => void;
}

export interface Daemon {
  press(by: string): void;
  /** Light off, children gone, socket closed. */
  stop(): Promise<void>;
}

/** How soon a card that was plugged in, or lost, is noticed. */
const lookEveryMs = 5000;

/**
 * @throws ConfigError where a header needs a key and there is none
 * @throws Unavailable with one sentence where button or light cannot be had
 */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { config, log, replacements = {} } = options;
  const connect = connector(config, options.key);
  const button = replacements.button ?? (await available(createButton(config.button, log)));
  const light = replacements.light ?? (await available(createLight(config.light, log)));
  const notifier = createNotifier(process.env, log, {
    mask: options.mask,
    amiss: () => assistant.amiss(),
  });
  const hardware = {
    connect,
    microphone: replacements.microphone ?? createMicrophone(config),
    loudspeaker: replacements.loudspeaker ?? createLoudspeaker(config),
    light,
    notifier,
    surroundings: createSurroundings({
      microphone: replacements.microphone === undefined ? config.microphone.device : '',
      loudspeaker: replacements.loudspeaker === undefined ? config.loudspeaker.device : '',
      url: config.realtime.url,
    }),
    clock: systemClock,
    log,
  };
  const assistant = new Assistant(assistantOptions(config), hardware, options.observer);
  button.start({ pressed: () => assistant.press('by the button'), failed: options.onButtonFailed });
  light.show(outputs.idle.light);
  notifier.ready();
  notifier.status(outputs.idle.status);
  log.info({ phase: 'idle', light: outputs.idle.light }, outputs.idle.status);
  assistant.look();
  const looking = setInterval(() => assistant.look(), lookEveryMs);
  let press = (by: string): void => assistant.press(by);
  return {
    press: (by) => press(by),
    stop: async () => {
      // A press that comes while everything ends must not begin it anew.
      press = () => {};
      clearInterval(looking);
      await button.stop();
      await assistant.stop();
      await notifier.stop();
    },
  };
};

const available = async <Thing>(thing: Promise<Thing>): Promise<Thing> => {
  try {
    return await thing;
  } catch (error) {
    throw new Unavailable(error instanceof Error ? error.message : String(error));
  }
};

/**
 * How a conversation reaches the service of the configuration.
 * @param onOpen the socket is open; what follows is the protocol
 * @throws ConfigError where a header needs a key and there is none
 */
export const connector = (config: Config, key: string | undefined, onOpen?: () => void): Connect => {
  const { realtime, microphone, conversation } = config;
  const beta = realtime.dialect === 'beta' ? { 'OpenAI-Beta': 'realtime=v1' } : {};
  const options = {
    url: serviceUrl(realtime.url, realtime.model, realtime.dialect),
    headers: { ...beta, ...requestHeaders(realtime.headers, key) },
    dialect: realtime.dialect,
    session: realtime,
    preRollMs: microphone.preRollS * 1000,
    // The rules give up first, and know better what was waited for.
    handshakeTimeoutMs: conversation.connectLimitS * 1000 + 5000,
    ...(onOpen === undefined ? {} : { onOpen }),
  };
  return (listener) => connectRealtime(options, listener);
};

export const createMicrophone = ({ microphone }: Config): Microphone =>
  createArecordMicrophone({ device: microphone.device });

export const createLoudspeaker = ({ loudspeaker, conversation }: Config): Loudspeaker => {
  const { backend, device, jitterBufferMs, leadInMs, leadOutMs } = loudspeaker;
  return createChildLoudspeaker({
    command: backend === 'speaker' ? speakerCommand(device) : aplayCommand(device),
    jitterBufferMs,
    leadInMs,
    leadOutMs,
    maxQueueMs: conversation.replyLimitS * 1000,
  });
};

const assistantOptions = ({ button, conversation, loudspeaker, log }: Config): AssistantOptions => ({
  pressWhileSpeaking: button.pressWhileSpeaking,
  echoTailMs: loudspeaker.echoTailMs,
  transcripts: log.transcripts,
  limitsMs: {
    connect: conversation.connectLimitS * 1000,
    silence: conversation.silenceLimitS * 1000,
    utterance: conversation.utteranceLimitS * 1000,
    replyCreated: conversation.replyCreatedLimitS * 1000,
    firstSound: conversation.firstSoundLimitS * 1000,
    reply: conversation.replyLimitS * 1000,
    alarm: conversation.alarmS * 1000,
  },
});
