// What the watchdog is told: whether the microphone, the loudspeaker and the connection are as the phase
// wants them. The faults here are those that no adapter reports.

import { expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { createHousehold, type Household, hearReply, listen } from '../rigs/household.ts';

test('nothing is wrong in any phase of a conversation', () => {
  const house = createHousehold();
  const looks: (string | undefined)[] = [];
  const look = (): void => {
    looks.push(house.assistant.hardwareProblem());
  };
  look();
  house.assistant.press('by the button');
  look();
  house.connection().say('sessionReady');
  look();
  for (const event of ['turnCommitted', 'replyCreated', 'replyStarted'] as const) {
    house.connection().say(event);
    look();
  }
  house.connection().sound(silence(500));
  house.connection().say('replyEnded');
  look();
  house.clock.advance(1000);
  expect(house.assistant.phase).toBe('listening');
  look();
  house.connection().fail('The network is gone.');
  look();
  house.clock.advance(3000);
  expect(house.assistant.phase).toBe('idle');
  look();
  expect(looks).toEqual(Array(10).fill(undefined));
});

const lost: [string, (house: Household) => void, string][] = [
  [
    'a microphone that has ended without a word',
    (house) => {
      listen(house);
      void house.microphone.stop();
    },
    'Listening needs the microphone on, and it is not',
  ],
  [
    'a microphone that cannot be switched off',
    (house) => {
      listen(house);
      house.connection().say('turnCommitted');
      house.microphone.start({ frame: () => undefined, failed: () => undefined });
    },
    'Thinking needs the microphone off, and it is not',
  ],
  [
    'a loudspeaker that cannot be silenced',
    (house) => {
      hearReply(house, silence(500));
      house.assistant.press('by the button');
      house.loudspeaker.start({
        started: () => undefined,
        drained: () => undefined,
        failed: () => undefined,
      });
    },
    'Ready needs the loudspeaker silent, and its card is in use',
  ],
  [
    'a connection that has closed without a word',
    (house) => {
      listen(house);
      void house.connection().close();
    },
    'Listening needs the connection open, and it is not',
  ],
];

test.each(lost)('%s is reported', (_story, happen, words) => {
  const house = createHousehold();
  happen(house);
  expect(house.assistant.hardwareProblem()).toBe(words);
});
