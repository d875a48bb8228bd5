// Cards and networks that come and go between conversations.

import { expect, test } from 'vitest';
import { createHousehold, listen } from '../rigs/household.ts';

test('light and status report missing hardware until it is present, and the log does so once', () => {
  const house = createHousehold();
  house.miss('microphone');
  for (let checks = 0; checks < 3; checks += 1) house.assistant.checkHardware();
  expect(house.assistant.phase).toBe('noMicrophone');
  expect(house.light()).toBe('blip');
  expect(house.statuses).toEqual(['Not ready: There is no microphone.']);
  expect(house.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { facts: { code: 'microphone-missing' } },
  ]);
  house.miss('network');
  house.assistant.checkHardware();
  expect(house.statuses.at(-1)).toBe('Not ready: There is no network.');
  house.miss();
  house.assistant.checkHardware();
  house.assistant.checkHardware();
  expect(house.assistant.phase).toBe('idle');
  expect(house.light()).toBe('off');
  expect(house.statuses.slice(2)).toEqual(['Ready']);
});

test('a press starts a conversation all the same', () => {
  const house = createHousehold();
  house.miss('microphone');
  house.assistant.checkHardware();
  listen(house);
  expect(house.assistant.phase).toBe('listening');
});

test('a conversation goes on, and missing hardware shows at its end at once', () => {
  const house = createHousehold();
  listen(house);
  house.miss('microphone');
  house.assistant.checkHardware();
  expect(house.assistant.phase).toBe('listening');
  house.microphone.fail('The microphone is gone.');
  house.assistant.checkHardware();
  expect(house.assistant.phase).toBe('failed');
  house.clock.advance(3000);
  expect(house.assistant.phase).toBe('noMicrophone');
});

test('nothing is logged while nothing is missing', () => {
  const house = createHousehold();
  house.assistant.checkHardware();
  expect(house.log.lines).toEqual([]);
  expect(house.statuses).toEqual([]);
});
