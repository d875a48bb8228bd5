// What the sound checks do with the cards; findings.test.ts tests their findings.

import { expect, test } from 'vitest';
import { parseCards } from '../../../src/doctor/checks/sound-cards.ts';
import { tone } from '../../../src/doctor/checks/sound-level.ts';
import { cardListing } from '../cases/machine.ts';
import { createSoundRig } from '../cases/sound.ts';

test('the cards of arecord and aplay', () => {
  expect(parseCards(cardListing).map(({ device, name }) => [device, name])).toEqual([
    ['plughw:CARD=vc4hdmi,DEV=0', 'vc4-hdmi'],
    ['plughw:CARD=Mic,DEV=0', 'USB PnP Sound Device'],
  ]);
});

test('the microphone is released after a recording and after a failure', async () => {
  const { microphone, run } = createSoundRig({ silent: true });
  const recorded = run('microphone-level');
  microphone.say(tone(2000, 200, -50));
  expect(await recorded).toMatchObject({ verdict: 'pass' });
  expect(microphone.inUse).toBe(false);
  const failed = run('microphone-level');
  microphone.fail('The microphone "x" is busy: end the other program.');
  expect(await failed).toMatchObject({ verdict: 'fail' });
  expect(microphone.inUse).toBe(false);
});

test('a tone is played to its end', async () => {
  const { clock, loudspeaker, run } = createSoundRig({});
  const finding = run('loudspeaker-tone');
  clock.advance(2000);
  await finding;
  expect(loudspeaker.heard().length).toBeGreaterThan(20_000);
  expect(loudspeaker.inUse).toBe(false);
});

test('silent: nothing is played', async () => {
  const { loudspeaker, run } = createSoundRig({ silent: true });
  await run('loudspeaker-tone');
  await run('loudspeaker-heard');
  expect(loudspeaker.heard()).toHaveLength(0);
});
