// What the setup script must know before the program is there, and the program knows too: both say the same.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, defaults, parseConfig } from '../../src/config/config.ts';
import { readKey } from '../../src/config/secrets.ts';
import { headerLabels } from '../../src/gpio/chip.ts';
import { holderIn } from '../../src/gpio/gpiod-tools.ts';

const root = join(import.meta.dirname, '../..');

/** A command with the functions of setup.sh; `$1` and so on are `words`. */
const shell = (command: string, ...words: readonly string[]) => {
  const parts = ['lib.sh', 'setup/checks.sh', 'setup/header.sh', 'setup/lines.sh', 'setup/questions.sh'];
  const script = `${parts.map((part) => `source scripts/${part}`).join('; ')}; ${command}`;
  const { status, stdout } = spawnSync('bash', ['-euc', script, 'setup', ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trimEnd() };
};

test('the labels of the chip of the header', () => {
  expect(shell('echo "$HEADER_LABELS"').stdout.split('|')).toEqual(headerLabels);
});

test('the lines that are proposed', () => {
  const { stdout } = shell('echo "$DEFAULT_BUTTON_GPIO $DEFAULT_LIGHT_GPIO"');
  expect(stdout).toBe(`${defaults.button.gpio} ${defaults.light.gpio}`);
});

test('the oldest Node', () => {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(`${engines.node}.0`).toBe(`>=${shell('echo "$MIN_NODE"').stdout}`);
});

describe('the address of the service', () => {
  const isValid = (url: string): boolean => {
    try {
      parseConfig(`[realtime]\nurl = ${JSON.stringify(url)}\n`, 'f');
      return true;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return false;
    }
  };

  test.each([
    'wss://api.openai.com/v1/realtime',
    'ws://localhost:8000/v1/realtime?model=a@b',
    'ws://[::1]:8000/',
    'wss://host/a@b',
    'wss://host?name=x',
    'https://host/',
    'wss://',
    'wss://me:word@host/',
    'wss://me@host/',
    'wss://host/ path',
    'wss://host/#part',
    'host',
  ])('%s', (url) => {
    expect(shell('url=$1; check_url', url).status === 0).toBe(isValid(url));
  });
});

describe('the key in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-key-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    'abc\n',
    '\uFEFFexport OPENAI_API_KEY = "abc"  \r\n\r\n',
    "\n 'abc'",
    'abc=def',
    'QUJDREVG==',
    'APIKEY=',
    '',
    '""',
    'abc\nabc',
    'a b',
    'A_KEY=abc\nB_KEY=abc',
  ])('%j', (text) => {
    const file = join(folder, 'key');
    writeFileSync(file, text, { mode: 0o600 });
    const { status, stdout } = shell('api_key_file=$1; check_key_file; key_in <"$1"', file);
    const key = (): string | undefined => {
      try {
        return readKey({ keyFile: file, environment: {} });
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return undefined;
      }
    };
    expect(status === 0 ? stdout : undefined).toBe(key());
  });
});

describe('the holder of a line', () => {
  // Of libgpiod 2.2.
  test.each([
    'gpiochip0 17\t"GPIO17"        \tinput',
    'gpiochip0 17\t"GPIO17"        \toutput consumer="fan-control"',
    'gpiochip0 17\t"GPIO17"        \tinput edges=both bias=pull-up consumer="parley-button"',
    'gpiochip0 17\t"GPIO17"        \tinput active-low consumer="spi0 CS1"',
    'gpiochip0 17\tunnamed         \toutput consumer=fan',
  ])('%j', (info) => {
    const command =
      'gpiod_2() { true; }; gpioinfo() { printf "%s\\n" "$info"; }; info=$1; holder_of 17 gpiochip0';
    expect(shell(command, info).stdout).toBe(holderIn(info) ?? '');
  });
});
