// The composition root: the only file that knows everyone. It turns a configuration into adapters, hands
// them to the assistant, and connects the button to it. A command passes in what differs: a terminal as the
// button, a file as the microphone.

import { Assistant, type AssistantOptions, type Hardware } from '../assistant/assistant.ts';
import type { Observer } from '../assistant/observer.ts';
import { logConversation, reportStatus } from '../assistant/transition-log.ts';
import { cardOf } from '../audio/cards.ts';
import type { Config } from '../config/config.ts';
import { requestHeaders } from '../config/secrets.ts';
import { outputs } from '../core/conversation.ts';
import { type Failure, Unavailable } from '../core/errors.ts';
import type { Button, Light, Loudspeaker, Microphone, Notifier } from '../core/ports.ts';
import { chooseGpioOnce, createButton, createLight } from '../gpio/backend.ts';
import { systemClock } from '../system/clock.ts';
import { createHardwarePresence, type SoundDevice } from '../system/hardware-presence.ts';
import { createNotifier } from '../system/systemd-notifier.ts';
import type { CreateToolsOptions } from './create-tools.ts';

export interface Replacements {
  readonly button?: Button;
  readonly light?: Light;
  readonly microphone?: Microphone;
  readonly loudspeaker?: Loudspeaker;
}

interface DaemonOptions extends Omit<CreateToolsOptions, 'onDue'> {
  readonly key: string | undefined;
  /** Keeps secrets out of what the service manager is told. */
  readonly mask: (text: string) => string;
  readonly replacements?: Replacements;
  /** Beside the log and the status of the service manager. */
  readonly observers?: readonly Observer[];
  /** The button can no longer be read. */
  readonly onButtonFailed: (failure: Failure) => void;
}

export interface Daemon {
  press(by: string): void;
  /** Light off, children gone, socket closed. */
  stop(): Promise<void>;
}

/** How soon a card that was plugged in, or lost, is noticed. */
const HARDWARE_CHECK_INTERVAL_MS = 5000;

/**
 * READY as soon as a press is heard and the light is dark and ours. What only a conversation needs is loaded
 * after that; an earlier press waits for it.
 * @throws ConfigError where a header needs a key and there is none
 * @throws Unavailable with one sentence where the button or the light is unavailable
 */
export const startDaemon = async (options: DaemonOptions): Promise<Daemon> => {
  const { config, log } = options;
  // A wrong header shows at the start, not at the first press.
  requestHeaders(config.realtime.headers, options.key);
  const early: string[] = [];
  let press = (by: string): void => void early.push(by);
  const [button, light] = await takePins(options, () => press('by the button'));
  let assistant: Assistant | undefined;
  const problem = (): string | undefined => assistant?.hardwareProblem();
  const notifier = createNotifier(process.env, log, { mask: options.mask, problem });
  light.show(outputs.idle.light);
  notifier.ready();
  notifier.status(outputs.idle.status);
  log.info({ phase: 'idle', light: outputs.idle.light }, outputs.idle.status);
  const loaded = loadAssistant(options, light, notifier);
  let isStopping = false;
  void loaded.then(({ assistant: ready, toolSet }) => {
    // A press while everything stops must not start it again.
    press = (by) => {
      if (!isStopping) ready.press(by);
    };
    assistant = ready;
    for (const by of early) press(by);
    if (isStopping) return;
    ready.checkHardware();
    // After the presses: one that was made to talk must not dismiss a timer that has not rung.
    toolSet.start();
  });
  const checking = setInterval(() => assistant?.checkHardware(), HARDWARE_CHECK_INTERVAL_MS);
  return {
    press: (by) => press(by),
    stop: async () => {
      isStopping = true;
      clearInterval(checking);
      await button.stop();
      const parts = await loaded;
      parts.toolSet.stop();
      await parts.assistant.stop();
      await notifier.stop();
    },
  };
};

/** Both at once, each being a program or two that must be started. */
const takePins = async (options: DaemonOptions, pressed: () => void): Promise<[Button, Light]> => {
  const { config, log, replacements = {} } = options;
  const choose = chooseGpioOnce();
  const startButton = async (): Promise<Button> => {
    const button = replacements.button ?? (await createButton(config.button, log, choose));
    let refusal: Failure | undefined;
    let failed = (failure: Failure): void => {
      refusal = failure;
    };
    await button.start({ pressed, failed: (failure) => failed(failure) });
    if (refusal !== undefined) throw Unavailable.of(refusal);
    failed = options.onButtonFailed;
    return button;
  };
  const light = replacements.light ?? createLight(config.light, log, choose);
  return Promise.all([startButton(), light]);
};

const loadAssistant = async (options: DaemonOptions, light: Light, notifier: Notifier) => {
  const { config, key, log, replacements = {} } = options;
  const { connector, createLoudspeaker, createMicrophone } = await import('./create-io.ts');
  const { createTools } = await import('./create-tools.ts');
  const toolSet = createTools({ ...options, onDue: () => assistant.timerDue() });
  const hardware: Hardware = {
    ...toolSet.hardware,
    light,
    connect: connector(config, key, toolSet.offer),
    microphone: replacements.microphone ?? createMicrophone(config),
    loudspeaker: replacements.loudspeaker ?? createLoudspeaker(config),
    hardwarePresence: createHardwarePresence({
      ...(replacements.microphone === undefined ? { microphone: soundDevice(config.microphone) } : {}),
      ...(replacements.loudspeaker === undefined ? { loudspeaker: soundDevice(config.loudspeaker) } : {}),
      url: config.realtime.url,
    }),
    clock: systemClock,
    log,
  };
  const assistant = new Assistant(assistantOptions(config), hardware, [
    logConversation(log, config.log.transcripts),
    reportStatus(notifier),
    ...(options.observers ?? []),
  ]);
  return { assistant, toolSet };
};

const soundDevice = ({ device }: { readonly device: string }): SoundDevice => ({
  device,
  card: cardOf(device)?.card,
});

const assistantOptions = ({ button, conversation, loudspeaker, tools }: Config): AssistantOptions => ({
  pressWhileSpeaking: button.pressWhileSpeaking,
  echoTailMs: loudspeaker.echoTailMs,
  tickAfterMs: tools.tick ? tools.tickAfterS * 1000 : undefined,
  limitsMs: {
    connect: conversation.connectLimitS * 1000,
    silence: conversation.silenceLimitS * 1000,
    utterance: conversation.utteranceLimitS * 1000,
    replyCreated: conversation.replyCreatedLimitS * 1000,
    firstSound: conversation.firstSoundLimitS * 1000,
    reply: conversation.replyLimitS * 1000,
    work: tools.workLimitS * 1000,
    ring: tools.ringLimitS * 1000,
    alarm: conversation.alarmS * 1000,
  },
});
