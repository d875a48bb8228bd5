// Cards and networks that are removed and return between conversations.

import { expect, test } from 'vitest';
import { createAssistantRig, listen } from '../rigs/assistant-rig.ts';

test('light and status report missing hardware until it is present, and the log does so once', () => {
  const rig = createAssistantRig();
  rig.miss('microphone');
  for (let checks = 0; checks < 3; checks += 1) rig.assistant.checkHardware();
  expect(rig.assistant.phase).toBe('noMicrophone');
  expect(rig.light()).toBe('blip');
  expect(rig.statuses).toEqual(['Not ready: There is no microphone.']);
  expect(rig.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    { facts: { code: 'microphone-missing' } },
  ]);
  rig.miss('network');
  rig.assistant.checkHardware();
  expect(rig.statuses.at(-1)).toBe('Not ready: There is no network.');
  rig.miss();
  rig.assistant.checkHardware();
  rig.assistant.checkHardware();
  expect(rig.assistant.phase).toBe('idle');
  expect(rig.light()).toBe('off');
  expect(rig.statuses.slice(2)).toEqual(['Ready']);
});

test('a press starts a conversation nevertheless', () => {
  const rig = createAssistantRig();
  rig.miss('microphone');
  rig.assistant.checkHardware();
  listen(rig);
  expect(rig.assistant.phase).toBe('listening');
});

test('a conversation continues, and missing hardware shows at once when it ends', () => {
  const rig = createAssistantRig();
  listen(rig);
  rig.miss('microphone');
  rig.assistant.checkHardware();
  expect(rig.assistant.phase).toBe('listening');
  rig.microphone.fail('The microphone is gone.');
  rig.assistant.checkHardware();
  expect(rig.assistant.phase).toBe('failed');
  rig.clock.advance(3000);
  expect(rig.assistant.phase).toBe('noMicrophone');
});

test('nothing is logged while nothing is missing', () => {
  const rig = createAssistantRig();
  rig.assistant.checkHardware();
  expect(rig.log.lines).toEqual([]);
  expect(rig.statuses).toEqual([]);
});
