// One configuration, written in every way that TOML allows: every part of Parley that reads it finds the same.
// scripts/setup.sh asks `parley config get`; test/scripts/setup-questions.test.ts has the same for it.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { printedValue } from '../../src/config/get-value.ts';
import { newKeys } from '../../src/config/shipped.ts';
import { readToml } from '../../src/config/toml.ts';
import { configurationForOthers } from '../../src/doctor/redact/configuration-for-others.ts';
import { command } from './refused.ts';

const shipped = readToml(readFileSync('config/parley.toml', 'utf8'), 'shipped');

/** All of these put the button on GPIO 5. */
const forms: readonly string[] = [
  '[button]\ngpio = 5',
  '[button]\ngpio=5',
  '[button]\ngpio   =\t5  ',
  '[ button ]\ngpio = 5',
  '[\tbutton\t]\n\tgpio = 5',
  '["button"]\ngpio = 5',
  "['button']\n'gpio' = 5",
  '["\\u0062utton"]\n"gp\\u0069o" = 5',
  '[button] # the button\ngpio = 5 # gpio = 6',
  'button.gpio = 5',
  'button . "gpio" = 5',
  'button = { gpio = 5 }',
  'button={gpio=5}#',
  '[button]\r\ngpio = 5\r\n',
  '\uFEFF[button]\ngpio = 5',
  '[button]\ngpio = +5',
  '[button]\ngpio = 0x5',
  '# [button]\n# gpio = 6\n[button]\ngpio = 5',
  'realtime.instructions = """\n[light]\ngpio = 6\n"""\n[button]\ngpio = 5',
  "realtime.instructions = '''\n[button]\ngpio = 6\n'''\n[button]\ngpio = 5",
  'realtime.instructions = """a \\""" b\n[light]\n"""\n[button]\ngpio = 5',
  `${command}[tool.parameters]\ntype = "object"\n[button]\ngpio = 5`,
];

describe.each(forms)('%j', (toml) => {
  it('check and get read it', () => {
    const config = parseConfig(toml, 'f');
    expect(config.button.gpio).toBe(5);
    expect(printedValue(config, 'button.gpio')).toBe('5');
  });

  it('new-keys does not report the key, and reports others', () => {
    const keys = newKeys(shipped, readToml(toml, 'f')).map((line) => line.split(' = ')[0]);
    expect(keys).not.toContain('button.gpio');
    expect(keys).toContain('button.chip');
    expect(keys).toContain('log.level');
  });

  it('the support file shows it, in its table', () => {
    const text = configurationForOthers(toml);
    expect(text).toMatch(/(\[button\]\n *\d+ {2}|button\.)gpio = 5$/);
    expect(text).not.toMatch(/gpio = 6/);
  });
});

/** All of these switch a key off, with a value to switch it on with. */
it.each([
  '[realtime]\n# voice = "sage"',
  '[ "realtime" ]\n#voice="sage"',
  '#realtime.voice = "sage"',
  "[realtime]\r\n  # voice = 'sage'\r\n",
])('a key that is switched off is not new: %j', (toml) => {
  const keys = newKeys(shipped, readToml(toml, 'f')).map((line) => line.split(' = ')[0]);
  expect(keys).not.toContain('realtime.voice');
  expect(keys).toContain('realtime.model');
});

it('a comment is no key that is switched off where it only explains', () => {
  const toml = '[realtime]\n#   voice = "an example"\nspeed = 1 # voice = "sage"\n# voice = none yet';
  expect(newKeys(shipped, readToml(toml, 'f'))).toContain('realtime.voice = "marin" (off)');
});

it('headers of the owner take the place of the header as shipped', () => {
  for (const toml of ['[realtime.headers]', 'realtime.headers.api-key = "{key}"'])
    expect(newKeys(shipped, readToml(toml, 'f')).join()).not.toContain('headers');
  expect(newKeys(shipped, readToml('', 'f')).join()).toContain('realtime.headers.Authorization');
});
