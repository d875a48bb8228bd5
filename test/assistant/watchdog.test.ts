// What the watchdog gets: whether the microphone, the loudspeaker and the connection are as the phase
// requires. The faults here are those that no adapter reports.

import { expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { type AssistantRig, createAssistantRig, hearReply, listen } from '../rigs/assistant-rig.ts';

test('nothing is wrong in any phase of a conversation', () => {
  const rig = createAssistantRig();
  const looks: (string | undefined)[] = [];
  const look = (): void => {
    looks.push(rig.assistant.hardwareProblem());
  };
  look();
  rig.assistant.press('by the button');
  look();
  rig.connection().say('sessionReady');
  look();
  for (const event of ['turnCommitted', 'replyCreated', 'replyStarted'] as const) {
    rig.connection().say(event);
    look();
  }
  rig.connection().sound(silence(500));
  rig.connection().say('replyEnded');
  look();
  rig.clock.advance(1000);
  expect(rig.assistant.phase).toBe('listening');
  look();
  rig.connection().fail('The network is gone.');
  look();
  rig.clock.advance(3000);
  expect(rig.assistant.phase).toBe('idle');
  look();
  expect(looks).toEqual(Array(10).fill(undefined));
});

const lost: [string, (rig: AssistantRig) => void, string][] = [
  [
    'a microphone that has ended without a word',
    (rig) => {
      listen(rig);
      void rig.microphone.stop();
    },
    'Listening needs the microphone on, and it is not',
  ],
  [
    'a microphone that cannot be switched off',
    (rig) => {
      listen(rig);
      rig.connection().say('turnCommitted');
      rig.microphone.start({ frame: () => undefined, failed: () => undefined });
    },
    'Thinking needs the microphone off, and it is not',
  ],
  [
    'a loudspeaker that cannot be silenced',
    (rig) => {
      hearReply(rig, silence(500));
      rig.assistant.press('by the button');
      rig.loudspeaker.start({
        started: () => undefined,
        drained: () => undefined,
        failed: () => undefined,
      });
    },
    'Ready needs the loudspeaker silent, and its card is in use',
  ],
  [
    'a connection that has closed without a word',
    (rig) => {
      listen(rig);
      void rig.connection().close();
    },
    'Listening needs the connection open, and it is not',
  ],
];

test.each(lost)('%s is reported', (_story, happen, words) => {
  const rig = createAssistantRig();
  happen(rig);
  expect(rig.assistant.hardwareProblem()).toBe(words);
});
