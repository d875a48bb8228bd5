// An assistant in a rig of fakes, driven by a clock that a test advances.

import { Assistant, type AssistantOptions } from '../../src/assistant/assistant.ts';
import type { Observer, TransitionRecord } from '../../src/assistant/observer.ts';
import { logConversation, reportStatus } from '../../src/assistant/transition-log.ts';
import type { LightPattern } from '../../src/core/conversation.ts';
import type { MissingHardware } from '../../src/core/ports.ts';
import { createFakeAlarm } from '../fakes/fake-alarm.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeService, type FakeConnection } from '../fakes/fake-connection.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeLoudspeaker } from '../fakes/fake-loudspeaker.ts';
import { createFakeMicrophone } from '../fakes/fake-microphone.ts';
import { createFakeTools } from '../fakes/fake-tools.ts';

export const limitsMs = {
  connect: 10_000,
  silence: 30_000,
  utterance: 120_000,
  replyCreated: 10_000,
  firstSound: 30_000,
  reply: 600_000,
  work: 120_000,
  ring: 900_000,
  alarm: 3000,
};

/** Sounds that no reply of a test has. */
export const tickSound = Buffer.alloc(960, 101);
export const ringSound = Buffer.alloc(24_000, 102);

export interface AssistantRigOptions extends Partial<AssistantOptions> {
  /** Whether the log may say what was said. */
  readonly transcripts?: boolean;
  readonly observers?: readonly Observer[];
}

export const createAssistantRig = ({
  transcripts = true,
  observers = [],
  ...options
}: AssistantRigOptions = {}) => {
  const clock = createFakeClock();
  const service = createFakeService();
  const microphone = createFakeMicrophone();
  const loudspeaker = createFakeLoudspeaker(clock);
  const tools = createFakeTools();
  const log = createFakeLog();
  const alarm = createFakeAlarm(clock);
  const shown: LightPattern[] = [];
  const statuses: string[] = [];
  let missing: MissingHardware | undefined;
  const steps: TransitionRecord[] = [];
  const notifier = {
    ready: () => {},
    status: (text: string) => void statuses.push(text),
    stop: () => Promise.resolve(),
  };
  const assistant = new Assistant(
    {
      pressWhileSpeaking: 'hang-up',
      limitsMs,
      echoTailMs: 300,
      tickAfterMs: 1500,
      ...options,
    },
    {
      connect: service.connect,
      microphone,
      loudspeaker,
      light: {
        show: (pattern) => shown.push(pattern),
        stop: () => {
          shown.push('off');
          return Promise.resolve();
        },
      },
      hardwarePresence: { missing: () => missing },
      tools,
      alarm,
      sounds: { tick: () => tickSound, ring: () => ringSound },
      clock,
      log,
    },
    [
      logConversation(log, transcripts),
      reportStatus(notifier),
      { transition: (record) => void steps.push(record) },
      ...observers,
    ],
  );
  /** The connection of the present conversation, or the last one. */
  const connection = (): FakeConnection => {
    const last = service.connections.at(-1);
    if (last === undefined) throw new Error('there is no connection yet');
    return last;
  };
  const light = (): LightPattern => shown.at(-1) ?? 'off';
  return {
    assistant,
    clock,
    service,
    connection,
    microphone,
    loudspeaker,
    log,
    light,
    shown,
    statuses,
    /** From the next look on. */
    miss: (what?: MissingHardware['what']): void => {
      missing =
        what === undefined
          ? undefined
          : { what, code: `${what}-missing`, severity: 'temporary', sentence: `There is no ${what}.` };
    },
    tools,
    /** From now on, until it is dismissed. */
    fallDue: (what: string): void => {
      alarm.fallDue(what);
      assistant.timerDue();
    },
    steps,
  };
};

export type AssistantRig = ReturnType<typeof createAssistantRig>;

/** To an open microphone. */
export const listen = (rig: AssistantRig): void => {
  rig.assistant.press('the button');
  rig.connection().say('sessionReady');
};

/** To a reply of which `pcm` has arrived. */
export const hearReply = (rig: AssistantRig, pcm: Buffer): void => {
  listen(rig);
  rig.connection().say('turnCommitted');
  rig.connection().say('replyCreated');
  rig.connection().say('replyStarted');
  rig.connection().sound(pcm);
};
