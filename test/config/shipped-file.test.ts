import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, defaults, parseConfig, readConfig } from '../../src/config/config.ts';
import { shapes } from '../../src/config/schema.ts';
import { readToml, type TomlEntry } from '../../src/config/toml.ts';
import { defaultModel, sessionUpdate } from '../../src/realtime/openai/session-update.ts';

const file = 'config/parley.toml';
const shipped = readFileSync(file, 'utf8');
const everythingOn = shipped.replaceAll(/^# (?=[a-z_]+ = )/gm, '');
const optionalKeys = ['instructions', 'model', 'transcription_model', 'voice'];

/** Every key as `table key`, with the paragraph of the file that it stands in. */
const keys = (() => {
  const found: { table: string; key: string; paragraph: string }[] = [];
  let table = '';
  for (const paragraph of shipped.split(/\n\n+/))
    for (const line of paragraph.split('\n')) {
      table = /^\[(.*)\]$/.exec(line)?.[1] ?? table;
      const key = /^(?:# )?([a-z_]+) = /.exec(line)?.[1];
      if (key !== undefined) found.push({ table, key, paragraph });
    }
  return found;
})();

const namesIn = (entry: TomlEntry | undefined): string[] => [...(entry?.entries?.keys() ?? [])].sort();

/** What the schema says that it expects for a key. */
const expectation = (table: string, key: string): string => {
  try {
    parseConfig(`[${table}]\n${key} = []`, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace(/, not a list$/, '');
  }
  throw new Error(`${key} takes a list`);
};

describe('config/parley.toml', () => {
  it('means exactly the defaults', () => {
    expect(readConfig(file)).toStrictEqual(defaults);
    expect(parseConfig('', 'f')).toStrictEqual(defaults);
  });

  it('holds every key of the schema and no other', () => {
    const document = readToml(everythingOn, file);
    for (const [path, shape] of Object.entries(shapes)) {
      // Nothing of these has a default; the files beside this one hold some, and README all their keys.
      if (path === 'tool' || path === 'mcp') continue;
      const names = namesIn(document.find(path === '' ? [] : path.split('.')));
      expect(names, path).toStrictEqual(
        Object.keys(shape)
          .filter((key) => path !== '' || (key !== 'tool' && key !== 'mcp'))
          .sort(),
      );
    }
  });

  it('is off only where there is no default', () => {
    const off = [...shipped.matchAll(/^# ([a-z_]+) = /gm)].map(([, key]) => key);
    expect(off.sort()).toStrictEqual(optionalKeys);
    expect(Object.keys(defaults.realtime)).not.toEqual(expect.arrayContaining(optionalKeys));
  });

  it('shows for what is off the value that counts in the ga dialect', () => {
    const { realtime } = parseConfig(everythingOn, file);
    expect(realtime.model).toBe(defaultModel('ga'));
    expect(realtime.voice).toBeDefined();
    expect(realtime.transcriptionModel).toBeDefined();
    const session = (own: typeof realtime): object => sessionUpdate('ga', { ...own, tools: [], servers: [] });
    expect(session(realtime)).toStrictEqual(session(defaults.realtime));
  });

  it.each(keys)(
    'names range, unit and options of $key in [$table] as the schema has them',
    ({ table, key, paragraph }) => {
      const expected = expectation(table, key);
      const words = paragraph.replaceAll(/\n# /g, ' ');
      const range = / from ([\d.]+ to [\d.]+)$/.exec(expected)?.[1];
      if (range !== undefined) expect(words).toContain(range);
      for (const unit of ['milliseconds', 'seconds'])
        if (expected.includes(` of ${unit} `)) expect(words).toMatch(new RegExp(`\\b${unit}\\b`));
      if (expected.includes(': expected "'))
        for (const [option] of expected.matchAll(/"[\w-]*"/g)) expect(words).toContain(option);
      expect(paragraph, 'a comment').toMatch(/^# \S/m);
    },
  );

  it('examples in the comments are accepted', () => {
    const urls = [...shipped.matchAll(/^# {3}.*\b(url = ".*")$/gm)].map(([, line]) => line);
    const devices = [...shipped.matchAll(/^# {3}.*(device = ".*")$/gm)].map(([, line]) => line);
    expect([urls.length, devices.length]).toStrictEqual([2, 1]);
    for (const line of urls) expect(() => parseConfig(`[realtime]\n${line}`, 'f')).not.toThrow();
    for (const line of devices) expect(() => parseConfig(`[microphone]\n${line}`, 'f')).not.toThrow();
    const azure = shipped.replace('Authorization = "Bearer {key}"', 'api-key = "{key}"');
    expect(parseConfig(azure, 'f').realtime.headers).toStrictEqual({ 'api-key': '{key}' });
    const none = shipped.replace('Authorization = "Bearer {key}"', '');
    expect(parseConfig(none, 'f').realtime.headers).toStrictEqual({});
  });
});
