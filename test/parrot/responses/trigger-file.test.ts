// A file of triggers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import { readTriggers } from '../../../src/parrot/responses/triggers.ts';

const folder = mkdtempSync(join(tmpdir(), 'triggers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (text: string): string => {
  const path = join(folder, 'calls.json');
  writeFileSync(path, text);
  return path;
};
const read = (value: unknown) => readTriggers(write(JSON.stringify(value)));

const calls = [{ name: 'get_time', arguments: {} }];

test('everything that may be in it', () => {
  const triggers = read([
    { turn: 1, calls },
    {
      turn: 2,
      calls: [
        { name: 'set_lamp', arguments: { on: true } },
        { name: 'bad', arguments: '{"on":' },
      ],
      spoken: true,
      ending: 'cancelled',
    },
  ]);
  expect(triggers).toEqual([
    { turn: 1, calls: [{ name: 'get_time', arguments: '{}' }] },
    {
      turn: 2,
      calls: [
        { name: 'set_lamp', arguments: '{"on":true}' },
        { name: 'bad', arguments: '{"on":' },
      ],
      spoken: true,
      ending: { status: 'cancelled', reason: 'turn_detected' },
    },
  ]);
});

test.each(['completed', 'cancelled', 'failed', 'incomplete'])('an ending: %s', (ending) => {
  expect(read([{ turn: 1, calls, ending }])).toMatchObject([{ ending: { status: ending } }]);
});

/** The sentence that says what is wrong. */
const fault = (path: string): string => {
  try {
    readTriggers(path);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { message } = error as ConfigError;
    expect(message).toContain(folder);
    expect(message.split('\n')).toHaveLength(1);
    return message;
  }
  throw new Error('nothing was wrong');
};

describe('wrong', () => {
  test.each([
    ['no list', {}, /expected array/],
    ['no turn', [{ calls }], /at \[0\]\.turn/],
    ['a recording', [{ turn: 1, heard: 'light.wav', calls }], /at \[0\]: .*"heard"/],
    ['a turn before the first', [{ turn: 0, calls }], /at \[0\]\.turn/],
    ['no calls', [{ turn: 1 }], /at \[0\]\.calls/],
    ['an empty list of calls', [{ turn: 1, calls: [] }], /at \[0\]\.calls/],
    ['a call without a name', [{ turn: 1, calls: [{ arguments: {} }] }], /at \[0\]\.calls\[0\]\.name/],
    [
      'arguments of another kind',
      [{ turn: 1, calls: [{ name: 'a', arguments: 7 }] }],
      /calls\[0\]\.arguments: expected an object, or a text/,
    ],
    ['another ending', [{ turn: 1, calls, ending: 'never' }], /at \[0\]\.ending/],
    ['something unknown', [{ turn: 1, calls, speak: true }], /at \[0\]: .*"speak"/],
  ])('%s', (_name, value, sentence) => {
    expect(fault(write(JSON.stringify(value)))).toMatch(sentence);
  });

  test('no JSON', () => {
    expect(fault(write('[{]'))).toMatch(/is not JSON/);
  });

  test('no file', () => {
    expect(fault(join(folder, 'none.json'))).toMatch(/There is no file of calls/);
  });

  test('a directory', () => {
    expect(fault(folder)).toMatch(/is a directory/);
  });
});
