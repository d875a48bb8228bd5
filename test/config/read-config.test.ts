import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, ConfigError, defaults, readConfig } from '../../src/config/config.ts';
import { runUnprivileged } from '../rigs/unprivileged.ts';

const directory = mkdtempSync(join(tmpdir(), 'parley-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer = ''): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

/** What the configuration says to a user who may not read it. */
const refusalUnprivileged = (path: string): string => {
  chmodSync(directory, 0o755);
  const source =
    'import { readConfig } from "./src/config/config.ts"; try { readConfig(process.argv[2]) } catch (e) { console.log(e.message) }';
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
    expect(() => readConfig(undefined, directory)).toThrow(ConfigError);
  });

  it('puts the path before every fault', () => {
    const path = file('bad.toml', 'x = 1\ny = 2\n');
    expect(() => readConfig(path)).toThrow(
      new RegExp(`^${path}:1: x: unknown key; .*\n${path}:2: y: unknown key; [^\n]*$`),
    );
  });

  const fifo = join(directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const loop = join(directory, 'loop');
  symlinkSync(loop, loop);
  const plain = file('plain');

  it.each([
    ['missing', join(directory, 'no.toml'), 'does not exist: check the path.'],
    ['a directory', directory, 'is a directory: name the file inside it.'],
    ['a pipe', fifo, 'is not a regular file: name one that is.'],
    ['a device', '/dev/zero', 'is not a regular file: name one that is.'],
    ['below a file', join(plain, 'x'), 'cannot be read (ENOTDIR): something in its path is not a directory.'],
    ['a circle of links', loop, 'cannot be read (ELOOP): its symbolic links lead nowhere.'],
    ['too large', file('large', '#'.repeat(1_048_577)), 'is larger than 64 KB: it cannot be the right file.'],
    [
      'one byte too large',
      file('larger', '#'.repeat(65_537)),
      'is larger than 64 KB: it cannot be the right file.',
    ],
    ['Latin-1', file('latin', Buffer.from('# \xe4', 'latin1')), 'is not UTF-8 text: save it as UTF-8.'],
    ['UTF-16', file('utf16', Buffer.from('\ufeff# x', 'utf16le')), 'is not UTF-8 text: save it as UTF-8.'],
  ])('refuses what is %s in one sentence', (_, path, sentence) => {
    expect(() => readConfig(path)).toThrow(new ConfigError(`The configuration file ${path} ${sentence}`));
  });

  it('refuses what it may not read', () => {
    const path = file('secret.toml');
    execFileSync('chmod', ['000', path]);
    expect(refusalUnprivileged(path)).toBe(
      `The configuration file ${path} cannot be read (EACCES): give this user the right to read it and to enter its directories.`,
    );
  });

  it('takes the largest file that it takes', () => {
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
