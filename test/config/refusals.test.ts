import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { problemsOf } from './problems.ts';
import { refused } from './refused.ts';

describe('a configuration that is refused', () => {
  it.each(refused.map(([toml, ...expected]) => ({ toml, expected })))('%#: $toml', ({ toml, expected }) => {
    const problems = problemsOf(toml);
    expect(problems.map(({ code, line, key }) => [code, line, key])).toEqual(expected);
    for (const { sentence, line, key } of problems)
      expect(sentence.startsWith(`f:${line}: ${key}: `)).toBe(true);
  });

  it('names everything that is wrong, in the order of the file', () => {
    const toml = `
[light]
gpio = 17
[log]
levl = "info"
transcripts = "yes"
[realtime]
speed = 9
[realtime.headers]
Host = 7
x = "1"
X = "2"
[oops]`;
    expect(problemsOf(toml).map(({ line, key }) => `${line} ${key}`)).toStrictEqual([
      '3 light.gpio',
      '5 log.levl',
      '6 log.transcripts',
      '8 realtime.speed',
      '10 realtime.headers.Host',
      '12 realtime.headers.X',
      '13 oops',
    ]);
  });
});

it.each([
  '[light]\ngpio = 17\nbackend = "none"',
  '[light]\ngpio = 17\n[button]\nbackend = "none"',
  '[light]\ngpio = 17\nchip = "extender"',
  '[light]\ngpio = 18',
])('lines of button and light that do not clash: %j', (toml) => {
  expect(() => parseConfig(toml, 'f')).not.toThrow();
});
