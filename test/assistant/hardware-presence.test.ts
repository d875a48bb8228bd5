// Cards and networks that come and go while nobody talks.

import { expect, test } from 'vitest';
import { createHousehold, listen } from '../rigs/household.ts';

const noCard = 'There is no microphone "plughw:CARD=Mic": plug it in.';

test('what is missing is said by light and status, and once by the log, until it is there', () => {
  const house = createHousehold();
  house.miss(noCard);
  for (let looks = 0; looks < 3; looks += 1) house.assistant.look();
  expect(house.assistant.phase).toBe('notReady');
  expect(house.light()).toBe('blip');
  expect(house.statuses).toEqual([`Not ready: ${noCard}`]);
  expect(house.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  house.miss('There is no network.');
  house.assistant.look();
  expect(house.statuses.at(-1)).toBe('Not ready: There is no network.');
  house.miss(undefined);
  house.assistant.look();
  house.assistant.look();
  expect(house.assistant.phase).toBe('idle');
  expect(house.light()).toBe('off');
  expect(house.statuses.slice(2)).toEqual(['Ready']);
});

test('a press tries it all the same', () => {
  const house = createHousehold();
  house.miss(noCard);
  house.assistant.look();
  listen(house);
  expect(house.assistant.phase).toBe('listening');
});

test('a conversation is left alone, and its end looks round at once', () => {
  const house = createHousehold();
  listen(house);
  house.miss(noCard);
  house.assistant.look();
  expect(house.assistant.phase).toBe('listening');
  house.microphone.fail('The microphone is gone.');
  house.assistant.look();
  expect(house.assistant.phase).toBe('failed');
  house.clock.advance(3000);
  expect(house.assistant.phase).toBe('notReady');
});

test('nothing is written where nothing is missing', () => {
  const house = createHousehold();
  house.assistant.look();
  expect(house.log.lines).toEqual([]);
  expect(house.statuses).toEqual([]);
});
