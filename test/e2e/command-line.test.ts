// The words of the command line, their exit codes, and `parley try` without a sound card.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWav } from '../../src/audio/wav/wav-file.ts';
import { readConfig } from '../../src/config/config.ts';
import { exitCodes } from '../../src/core/exit-codes.ts';
import { silence } from '../../src/core/pcm.ts';
import { parleyProgram } from '../rigs/build.ts';
import { startProgram, withoutPins } from '../rigs/daemon.ts';
import { speak, withoutSilence } from '../rigs/speech.ts';
import { writeWav } from '../rigs/write-wav.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-words-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const parley = async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const program = startProgram(words, env);
  program.process.stdin?.end();
  const { code } = await program.ended;
  return { code, output: program.output(), errors: program.errors(), records: program.records() };
};

describe('help', () => {
  test.each([
    ['--help'],
    ['run --help'],
    ['try --help'],
    ['parrot --help'],
    ['config --help'],
    ['config check --help'],
    ['config init --help'],
    ['config new-keys --help'],
    ['doctor --help'],
    ['light off --help'],
    ['tools --help'],
    ['tools call --help'],
  ])('parley %s', async (words) => {
    const { code, output } = await parley(words.split(' '));
    expect(code).toBe(0);
    expect(output).toContain('Usage: parley');
    expect(output).toContain('Exit codes: 0');
  });
});

describe('a wrong command line is 64, with one sentence', () => {
  test.each([
    [['sing'], "unknown command 'sing'"],
    [['run', '--loud'], "unknown option '--loud'"],
    [['try', '--turns', 'three'], 'A whole number from 1 to 1000 is expected.'],
    [['parrot', '--port', '70000'], 'A whole number from 0 to 65535 is expected.'],
    [['parrot', '--dialect', 'gamma'], 'Allowed choices are ga, beta'],
    [['config', 'init', '--set', 'gpio'], 'A setting such as loudspeaker.device=plughw:CARD=Device'],
  ])('%j', async (words, sentence) => {
    const { code, errors } = await parley(words);
    expect(code).toBe(64);
    expect(errors).toContain(sentence);
  });
});

test.each([
  ['the journal', 0n, '<3>'],
  ['another stream', 1n, ''],
])('each line of an error that ends the service has its priority in %s', (_stream, offset, prefix) => {
  const config = inFolder('parley.toml', '[loudspeaker2]\n[button2]\n');
  const errors = inFolder('errors', '');
  const stderr = openSync(errors, 'a');
  const { dev, ino } = fstatSync(stderr, { bigint: true });
  const { status } = spawnSync(process.execPath, [parleyProgram, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', stderr],
    env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino + offset}` },
  });
  closeSync(stderr);
  const lines = readFileSync(errors, 'utf8').trimEnd().split('\n');
  expect([status, lines.length]).toEqual([78, 2]);
  for (const line of lines) expect(line.startsWith(`${prefix}${config}:`)).toBe(true);
});

describe('parley config', () => {
  test('init writes the configuration as shipped with the answers, once', async () => {
    const file = join(folder, 'etc/parley.toml');
    const words = ['config', 'init', file, '--set', 'button.gpio=5', '--set', 'realtime.url=ws://home:1/x'];
    expect(await parley([...words, '--no-key'])).toMatchObject({ code: 0, errors: '' });
    const written = readFileSync(file, 'utf8');
    expect(written).toMatch(/^# Parley's configuration/);
    const { button, realtime } = readConfig(file);
    expect([button.gpio, realtime.url, realtime.headers]).toEqual([5, 'ws://home:1/x', {}]);
    const again = await parley(['config', 'init', file]);
    expect(again).toMatchObject({
      code: 69,
      errors: `${file} exists and stays as it is: name another, or move it away.\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(written);
    const wrong = await parley(['config', 'init', join(folder, 'new.toml'), '--set', 'button.gpoi=5']);
    expect(wrong).toMatchObject({ code: 78, errors: expect.stringContaining('did you mean "gpio"?') });
    expect(existsSync(join(folder, 'new.toml'))).toBe(false);
  });

  test('new-keys names what the file does not have', async () => {
    const shipped = readFileSync('config/parley.toml', 'utf8');
    const own = inFolder('own.toml', shipped.replace(/^alarm_s = .*$/m, ''));
    expect(await parley(['config', 'new-keys', own])).toMatchObject({
      code: 0,
      output: 'conversation.alarm_s = 3\n',
    });
    const since = await parley(['config', 'new-keys', inFolder('empty.toml', ''), '--since', own]);
    expect(since).toMatchObject({ code: 0, output: 'conversation.alarm_s = 3\n' });
  });
});

describe('a wrong configuration is 78', () => {
  const bad = '[realtime]\nvioce = "marin"\n[loudspeaker]\nbackend = 7\njitter_buffer_ms = 9999\n';

  test.each([[['config', 'check']], [['run', '--config']], [['try', '--config']]])(
    '%j names every fault, each with its line',
    async (words) => {
      const file = inFolder('parley.toml', bad);
      const { code, errors } = await parley([...words, file]);
      expect(code).toBe(78);
      expect(errors.trim().split('\n')).toHaveLength(3);
      for (const line of [2, 4, 5]) expect(errors).toContain(`${file}:${line}`);
      expect(errors).toContain('"voice"');
    },
  );

  test('a right one is 0', async () => {
    expect(await parley(['config', 'check', inFolder('parley.toml', '')])).toMatchObject({ code: 0 });
  });

  test('a key that is missing is said at the start, not at the first press', async () => {
    const { code, errors } = await parley(['run', '--config', inFolder('parley.toml', withoutPins)]);
    expect(code).toBe(78);
    expect(errors).toContain('OPENAI_API_KEY');
  });
});

describe('what is missing here, and may be there after a restart, is 69', () => {
  test('the GPIO chip', async () => {
    const file = inFolder('parley.toml', '[button]\nchip = "no-such-chip"\n[light]\nbackend = "none"\n');
    const { code, errors } = await parley(['run', '--config', file], { OPENAI_API_KEY: 'sk-x' });
    expect(code).toBe(69);
    expect(errors).toMatch(/^The GPIO pins cannot be used .*backend = "none"/);
  });

  test('the port of the parrot', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, errors } = await parley(['parrot', '--port', String(port)]);
    server.close();
    expect(code).toBe(69);
    expect(errors).toContain(String(port));
  });

  test.each([
    ['a file that is no WAV', 'say.wav', '--say'],
    ['a file that is missing', 'nothing.wav', '--say'],
    ['a folder that is missing', 'nowhere/hear.wav', '--hear'],
  ])('%s', async (_what, name, option) => {
    inFolder('say.wav', 'This is text.');
    const { code, errors } = await parley(['try', option, join(folder, name)]);
    expect(code).toBe(69);
    expect(errors).toContain(name);
  });
});

describe('an output that cannot be written is 69, with one sentence', () => {
  const full = (...words: readonly string[]) => {
    const { status, stderr } = spawnSync(
      '/bin/sh',
      ['-c', 'exec "$@" >/dev/full', 'sh', process.execPath, parleyProgram, ...words],
      { encoding: 'utf8', cwd: folder },
    );
    return { status, stderr };
  };

  test.each([
    ['config', 'get', 'button.gpio'],
    ['tools', '--json'],
    ['doctor', '--offline', '--silent', '--bundle', 'support.txt'],
  ])('parley %s %s', (...words) => {
    const { status, stderr } = full(...words);
    expect(status).toBe(exitCodes.unavailable);
    expect(stderr).toMatch(/^stdout [^\n]+\n$/);
    expect(existsSync(join(folder, 'support.txt'))).toBe(false);
  });
});

describe('the folder of a trial', () => {
  const leftIn = (): string[] => readdirSync(folder).filter((name) => name.startsWith('parley-try'));
  const files = (): string[] => {
    writeWav(join(folder, 'in.wav'), silence(3000));
    return ['--say', join(folder, 'in.wav'), '--hear', join(folder, 'out.wav')];
  };

  test.each(['SIGHUP', 'SIGTERM', 'SIGINT'] as const)('is removed at %s', async (signal) => {
    const program = startProgram(['try', '--json', ...files()], { TMPDIR: folder });
    await program.untilPhase('listening');
    expect(leftIn()).toHaveLength(1);
    program.process.kill(signal);
    expect((await program.ended).code).toBe(exitCodes.ok);
    expect(leftIn()).toEqual([]);
  });

  test('is removed where the key is missing', async () => {
    const { code } = await parley(['try', '--live', ...files()], { TMPDIR: folder });
    expect(code).toBe(exitCodes.config);
    expect(leftIn()).toEqual([]);
  });

  test('cannot be made: 69, with one sentence', async () => {
    const { code, errors } = await parley(['try', ...files()], { TMPDIR: join(folder, 'none') });
    expect(code).toBe(exitCodes.unavailable);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  test('a pipe cannot take the reply', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const { code, errors } = await parley(['try', ...files().slice(0, 2), '--hear', pipe]);
    expect(code).toBe(exitCodes.unavailable);
    expect(errors).toContain('is a pipe');
  });
});

describe('parley try with files for microphone and loudspeaker', () => {
  const say = (pcm: Buffer): string[] => {
    writeWav(join(folder, 'say.wav'), pcm);
    return ['try', '--say', join(folder, 'say.wav'), '--hear', join(folder, 'hear.wav')];
  };
  const heard = (): Promise<Buffer> => readWav(join(folder, 'hear.wav'));

  test('one turn: the reply is the utterance, sample for sample, and it ends by itself', async () => {
    const utterance = speak('Hello Parley, can you hear me?');
    const { code, output } = await parley(say(utterance));
    expect(code).toBe(0);
    expect((await heard()).includes(withoutSilence(utterance))).toBe(true);
    for (const words of ['Connecting', 'Listening', 'Thinking', 'Playing response', 'Turn 1', 'hear.wav'])
      expect(output).toContain(words);
  });

  test('three turns', async () => {
    const utterance = withoutSilence(speak('Once more.'));
    const { code } = await parley([...say(utterance), '--turns', '3']);
    expect(code).toBe(0);
    const reply = await heard();
    const at = [reply.indexOf(utterance)];
    while (at.at(-1) !== -1) at.push(reply.indexOf(utterance, (at.at(-1) ?? 0) + 1));
    expect(at).toHaveLength(4);
  });

  test('a file that speaks cannot take the reply, and keeps what it holds', async () => {
    const words = say(speak('Hello.'));
    const file = join(folder, 'say.wav');
    const { length } = readFileSync(file);
    const { code, errors } = await parley([...words.slice(0, 3), '--hear', file]);
    expect(code).toBe(69);
    expect(errors).toContain('cannot both speak and take the reply');
    expect(readFileSync(file)).toHaveLength(length);
  });

  test('an error in the name of one file does not overwrite the other', async () => {
    const keep = inFolder('keep.wav', 'precious');
    const { code } = await parley(['try', '--say', join(folder, 'nothing.wav'), '--hear', keep]);
    expect(code).toBe(69);
    expect(readFileSync(keep, 'utf8')).toBe('precious');
  });

  test('a file that ends in silence ends the conversation by itself', async () => {
    const { code, records } = await parley([
      ...say(Buffer.concat([speak('Hello.'), silence(3000)])),
      '--json',
    ]);
    expect(code).toBe(0);
    expect(records.some(({ reason }) => reason?.includes('of silence'))).toBe(false);
  });

  test('a reader that has read enough is not an error', () => {
    const line = [process.execPath, parleyProgram, ...say(speak('Hello.'))]
      .map((word) => `'${word}'`)
      .join(' ');
    const { status, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${line} | head -n 1`], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  test('the timeline as JSON', async () => {
    const { code, records, output } = await parley([...say(speak('Hello.')), '--json']);
    expect(code).toBe(0);
    expect(records).toHaveLength(output.trim().split('\n').length);
    const phases = records.flatMap(({ phase }) => (phase === undefined ? [] : [phase]));
    expect(phases.slice(0, 7)).toEqual([
      'idle',
      'connecting',
      'listening',
      'thinking',
      'speaking',
      'draining',
      'listening',
    ]);
    expect(records.find(({ turn }) => turn === 1)).toMatchObject({ replyMs: expect.any(Number) });
  });

  test('the beta dialect', async () => {
    const file = inFolder('parley.toml', '[realtime]\ndialect = "beta"\n');
    const { code } = await parley([...say(speak('Hello.')), '--config', file]);
    expect(code).toBe(0);
  });

  test('a file without speech: no reply, and 1', async () => {
    const file = inFolder('parley.toml', '[conversation]\nsilence_limit_s = 2\n');
    const { code, output } = await parley([...say(silence(500)), '--config', file]);
    expect(code).toBe(1);
    expect(output).toContain('is there speech in it?');
  });
});
