// The settings of the virtual Pi are applied to the right lines of the shipped configuration.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { emulationLimits, withSettings } from './configuration.ts';

const shipped = readFileSync(new URL('../../../config/parley.toml', import.meta.url), 'utf8');

test('sets active and commented-out keys in the right table, and changes nothing else', () => {
  const changed = withSettings(shipped, {
    ...emulationLimits,
    'realtime.model': '"a-model"',
    'light.backend': '"none"',
    'loudspeaker.device': '"plughw:CARD=rigspk,DEV=1"',
  });
  const config = parseConfig(changed, 'changed');
  const before = parseConfig(shipped, 'shipped');
  expect(config.realtime.model).toBe('a-model');
  expect(config.light).toEqual({ ...before.light, backend: 'none' });
  expect(config.loudspeaker).toEqual({ ...before.loudspeaker, device: 'plughw:CARD=rigspk,DEV=1' });
  expect(config.button).toEqual(before.button);
  expect(config.conversation.connectLimitS).toBe(120);
});

test('a key without a line in the configuration is an error', () => {
  expect(() => withSettings(shipped, { 'light.colour': '"red"' })).toThrow('light.colour');
});
