import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, defaults, readConfig } from '../../src/config/config.ts';
import { runUnprivileged } from '../rigs/unprivileged.ts';
import { errorOf } from './problems.ts';

const directory = mkdtempSync(join(tmpdir(), 'parley-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer = ''): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

/** The code for a user who may not read it. */
const codeForUnprivileged = (path: string): string => {
  chmodSync(directory, 0o755);
  const source =
    'import { readConfig } from "./src/config/config.ts"; try { readConfig(process.argv[2]) } catch (e) { console.log(e.code) }';
  return runUnprivileged(source, path).trim();
};

describe('readConfig', () => {
  it('reads the file that is named', () => {
    const path = file('good.toml', '[light]\nbackend = "none"\n');
    expect(readConfig(path)).toStrictEqual({ ...defaults, light: { ...defaults.light, backend: 'none' } });
  });

  it('without a name takes the standard file, or all defaults where that is missing', () => {
    expect(readConfig(undefined, join(directory, 'missing.toml'))).toBe(defaults);
    const path = file('standard.toml', '[log]\nlevel = "debug"\n');
    expect(readConfig(undefined, path).log.level).toBe('debug');
    expect(errorOf(() => readConfig(undefined, directory)).code).toBe('file-is-directory');
  });

  it('puts the path in front of every problem', () => {
    const path = file('bad.toml', 'x = 1\ny = 2\n');
    const lines = errorOf(() => readConfig(path)).message.split('\n');
    expect(lines.map((line) => line.split(': ')[0])).toEqual([`${path}:1`, `${path}:2`]);
  });

  const fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const loop = join(directory, 'loop');
  symlinkSync(loop, loop);
  const plain = file('plain');

  it.each([
    ['missing', join(directory, 'no.toml'), 'file-missing'],
    ['a directory', directory, 'file-is-directory'],
    ['a pipe', fifo, 'not-a-regular-file'],
    ['a device', '/dev/zero', 'not-a-regular-file'],
    ['below a file', join(plain, 'x'), 'file-unreadable'],
    ['a circle of links', loop, 'file-unreadable'],
    ['too large', file('large', '#'.repeat(1_048_577)), 'file-too-large'],
    ['one byte too large', file('larger', '#'.repeat(65_537)), 'file-too-large'],
    ['Latin-1', file('latin', Buffer.from('# \xe4', 'latin1')), 'file-not-utf8'],
    ['UTF-16', file('utf16', Buffer.from('\ufeff# x', 'utf16le')), 'file-not-utf8'],
  ])('refuses what is %s in one sentence with the path', (_, path, code) => {
    const error = errorOf(() => readConfig(path));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^The configuration file [^\n]+\.$/);
    expect(error.message).toContain(` ${path} `);
  });

  it('refuses what it may not read', () => {
    const path = file('secret.toml');
    execFileSync('chmod', ['000', path]);
    expect(codeForUnprivileged(path)).toBe('file-unreadable');
  });

  it('accepts a file of the largest size', () => {
    expect(readConfig(file('full', '#'.repeat(65_536)))).toStrictEqual(defaults);
  });
});

describe('Config', () => {
  it('cannot be changed, at any depth', () => {
    const path = file('frozen.toml', '[realtime.headers]\nx = "y"\n');
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || (Object.isFrozen(value) && Object.values(value ?? {}).every(frozen));
    for (const config of [defaults, readConfig(path)]) expect(frozen(config)).toBe(true);
    const config: Config = readConfig(path);
    expect(() => {
      // @ts-expect-error: the type says so too
      config.realtime.headers['x'] = 'z';
    }).toThrow(TypeError);
    expect(() => {
      // @ts-expect-error: the type says so too
      config.loudspeaker.echoTailMs = 0;
    }).toThrow(TypeError);
  });

  it('has its types from the schema', () => {
    const { realtime, button } = defaults;
    const model: string | undefined = realtime.model;
    const tokens: number | 'inf' = realtime.maxOutputTokens;
    const press: 'hang-up' | 'interrupt' = button.pressWhileSpeaking;
    // @ts-expect-error: not every text is a dialect
    const dialect: 'esperanto' = realtime.dialect;
    expect([model, tokens, press, dialect]).toStrictEqual([undefined, 'inf', 'hang-up', 'auto']);
  });
});
