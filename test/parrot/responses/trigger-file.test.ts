// Triggers that a person has written down.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { wavHeader } from '../../../src/audio/wav/wav-header.ts';
import { ConfigError } from '../../../src/core/errors.ts';
import { SAMPLE_RATE, silence } from '../../../src/core/pcm.ts';
import { readTriggers } from '../../../src/parrot/responses/trigger-file.ts';
import { speak } from '../../rigs/speech.ts';

const folder = mkdtempSync(join(tmpdir(), 'triggers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const light = speak('Turn on the light.');
const writeWav = (name: string, pcm: Buffer): void => {
  const format = { encoding: 1, channels: 1, rate: SAMPLE_RATE, bits: 16, blockBytes: 2 };
  writeFileSync(join(folder, name), Buffer.concat([wavHeader(format, pcm.length), pcm]));
};
mkdirSync(join(folder, 'sounds'));
writeWav('sounds/light.wav', light);
writeWav('silent.wav', silence(1000));

const write = (text: string): string => {
  const path = join(folder, 'calls.json');
  writeFileSync(path, text);
  return path;
};
const read = (value: unknown) => readTriggers(write(JSON.stringify(value)));

const calls = [{ name: 'get_time', arguments: {} }];

test('everything that may be in it', async () => {
  const triggers = await read([
    { turn: 1, calls },
    {
      heard: 'sounds/light.wav',
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
      heard: light,
      calls: [
        { name: 'set_lamp', arguments: '{"on":true}' },
        { name: 'bad', arguments: '{"on":' },
      ],
      spoken: true,
      ending: { status: 'cancelled', reason: 'turn_detected' },
    },
  ]);
});

test.each(['completed', 'cancelled', 'failed', 'incomplete'])('an ending: %s', async (ending) => {
  expect(await read([{ turn: 1, calls, ending }])).toMatchObject([{ ending: { status: ending } }]);
});

/** The sentence that says what is wrong. */
const fault = async (reading: Promise<unknown>): Promise<string> => {
  const error: unknown = await reading.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  expect(message).toContain(folder);
  expect(message.split('\n')).toHaveLength(1);
  return message;
};

describe('wrong', () => {
  test.each([
    ['no list', {}, /expected array/],
    ['neither turn nor heard', [{ calls }], /at \[0\]: expected either "turn" or "heard"/],
    ['both', [{ turn: 1, heard: 'sounds/light.wav', calls }], /either "turn" or "heard"/],
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
    ['a recording that is not there', [{ heard: 'none.wav', calls }], /There is no file .*none\.wav/],
    ['a recording without sound', [{ heard: 'silent.wav', calls }], /silent\.wav, which holds no sound/],
    ['a recording that is none', [{ heard: 'calls.json', calls }], /calls\.json/],
  ])('%s', async (_name, value, sentence) => {
    expect(await fault(read(value))).toMatch(sentence);
  });

  test('no JSON', async () => {
    expect(await fault(readTriggers(write('[{]')))).toMatch(/is not JSON/);
  });

  test('no file', async () => {
    expect(await fault(readTriggers(join(folder, 'none.json')))).toMatch(/There is no file of calls/);
  });

  test('a directory', async () => {
    expect(await fault(readTriggers(folder))).toMatch(/is a directory/);
  });
});
