// Filling in the configuration as shipped, and listing what is new in it.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaults, parseConfig } from '../../src/config/config.ts';
import * as file from '../../src/config/shipped.ts';
import { readToml } from '../../src/config/toml.ts';
import { errorOf } from './problems.ts';

const shipped = readFileSync('config/parley.toml', 'utf8');
const { fillIn, withoutKey } = file;
const newKeys = (newer: string, own: string, ...since: string[]): string[] => {
  const read = (toml: string) => readToml(toml, 'f');
  return file.newKeys(read(newer), read(own), since.map(read));
};
const set = (...settings: [string, string][]) => settings.map(([key, value]) => ({ key, value }));

describe('filling in', () => {
  test('changes these values and nothing else', () => {
    const filled = fillIn(
      shipped,
      set(
        ['microphone.device', 'plughw:CARD=Mic,DEV=0'],
        ['button.gpio', '5'],
        ['realtime.instructions', 'Say "yes".'],
        ['log.transcripts', 'false'],
        ['realtime.turn_detection.threshold', '0.7'],
      ),
    );
    const { realtime, microphone, button, log, ...rest } = parseConfig(filled, 'f');
    expect(microphone.device).toBe('plughw:CARD=Mic,DEV=0');
    expect(button).toEqual({ ...defaults.button, gpio: 5 });
    expect(realtime.instructions).toBe('Say "yes".');
    expect(realtime.turnDetection.threshold).toBe(0.7);
    expect(log.transcripts).toBe(false);
    expect(rest).toEqual({
      conversation: defaults.conversation,
      loudspeaker: defaults.loudspeaker,
      light: defaults.light,
      tools: defaults.tools,
      tool: [],
      mcp: [],
    });
    const changed = filled.split('\n').filter((line, at) => line !== shipped.split('\n')[at]);
    expect(changed).toEqual([
      String.raw`instructions = "Say \"yes\"."`,
      'threshold = 0.7',
      'device = "plughw:CARD=Mic,DEV=0"',
      'gpio = 5',
      'transcripts = false',
    ]);
  });

  test('a device is always a text; the last answer counts', () => {
    const filled = fillIn(shipped, set(['microphone.device', 'first'], ['microphone.device', '7']));
    expect(parseConfig(filled, 'f').microphone.device).toBe('7');
  });

  test('a number is a number where the key takes one, and a text where it takes that alone', () => {
    const filled = fillIn(shipped, set(['realtime.max_output_tokens', '500'], ['realtime.voice', '7']));
    const { maxOutputTokens, voice } = parseConfig(filled, 'f').realtime;
    expect([maxOutputTokens, voice]).toEqual([500, '7']);
  });

  test.each([
    ['realtime.vioce', 'marin', 'unknown-key'],
    ['button.gpio', 'seventeen', 'wrong-type'],
    ['button.gpio', '1024', 'out-of-range'],
    ['realtime.url', 'http://x', 'wrong-scheme'],
    ['realtime.headers.X-Mine', 'a', 'key-not-shipped'],
  ])('--set %s=%s is refused', (key, value, code) => {
    const error = errorOf(() => fillIn(shipped, set([key, value])));
    expect(error.code).toBe(code);
    expect(error.message.startsWith(`--set ${key}: `)).toBe(true);
  });

  test('for a service that needs no key there are no headers, and the rest stays', () => {
    const config = parseConfig(withoutKey(shipped), 'f');
    expect(config).toEqual({ ...defaults, realtime: { ...defaults.realtime, headers: {} } });
  });
});

describe('what is new', () => {
  test('nothing in a copy, with any tables switched on or off', () => {
    expect(newKeys(shipped, shipped)).toEqual([]);
    expect(newKeys(shipped, shipped.replaceAll(/^# (?=[a-z_]+ = )/gm, ''))).toEqual([]);
    expect(newKeys(shipped, withoutKey(shipped))).toEqual([]);
  });

  test('the keys that are nowhere, with their defaults', () => {
    const older = shipped
      .replace(/^alarm_s = .*$/m, '')
      .replace(/^# voice = .*$/m, '')
      .replace(/^\[button\]$/m, '[old]');
    expect(newKeys(shipped, older)).toEqual([
      'realtime.voice = "marin" (off)',
      'conversation.alarm_s = 3',
      'button.backend = "auto"',
      'button.chip = "auto"',
      'button.gpio = 17',
      'button.active_low = true',
      'button.debounce_ms = 30',
      'button.press_while_speaking = "hang-up"',
    ]);
  });

  test('what an older release had is not new to an owner who left it out', () => {
    const older = shipped.replace(/^alarm_s = .*$/m, '');
    expect(newKeys(shipped, '[button]\ngpio=5\n', older)).toEqual(['conversation.alarm_s = 3']);
    expect(newKeys(shipped, '')).toContain('button.gpio = 17');
  });
});
