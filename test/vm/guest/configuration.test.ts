// Settings of the virtual Pi land where they belong in the configuration as it is shipped.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { patient, withSettings } from './configuration.ts';

const shipped = readFileSync(new URL('../../../config/parley.toml', import.meta.url), 'utf8');

test('keys that are on and keys that are off, in the table that was meant, and nothing else', () => {
  const changed = withSettings(shipped, {
    ...patient,
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

test('a key that the configuration has not is an error, not a test of nothing', () => {
  expect(() => withSettings(shipped, { 'light.colour': '"red"' })).toThrow('light.colour');
});
