import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyRows } from '../../scripts/docs/key-table.ts';
import { defaults, parseConfig, readConfig } from '../../src/config/config.ts';
import { shapes } from '../../src/config/schema.ts';
import { findEntry, readToml, type TomlEntry } from '../../src/config/toml.ts';
import { defaultModel, sessionUpdate } from '../../src/realtime/openai/session-update.ts';

const file = 'config/parley.toml';
const shipped = readFileSync(file, 'utf8');
const everythingOn = shipped.replaceAll(/^# (?=[a-z_]+ = )/gm, '');
const optionalKeys = ['instructions', 'model', 'transcription_model', 'voice'];

const rows = keyRows(shipped).filter(({ table }) => table !== 'tool' && table !== 'mcp');

/** The paragraph of the file that a key is in. */
const paragraphOf = (table: string, key: string): string => {
  const [, ...parts] = shipped.split(`\n[${table}]\n`);
  const name = new RegExp(`^((# )?${key} = |\\[${table}.${key}\\]$)`, 'm');
  const text = key === 'headers' ? shipped : parts.join('');
  return text.split(/\n\n+/).find((paragraph) => name.test(paragraph)) ?? '';
};

const namesIn = (entry: TomlEntry | undefined): string[] => [...(entry?.entries?.keys() ?? [])].sort();

describe('config/parley.toml', () => {
  it('means exactly the defaults', () => {
    expect(readConfig(file)).toStrictEqual(defaults);
    expect(parseConfig('', 'f')).toStrictEqual(defaults);
  });

  it('holds every key of the schema and no other', () => {
    const document = readToml(everythingOn, file);
    for (const [path, shape] of Object.entries(shapes)) {
      // No key of these has a default; the files beside this one have some, and config/README.md lists all.
      if (path === 'tool' || path === 'mcp') continue;
      const names = namesIn(findEntry(document, path === '' ? [] : path.split('.')));
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

  it.each(rows)('names range, unit and options of $key in [$table] as the schema has them', (row) => {
    const paragraph = paragraphOf(row.table, row.key);
    expect(paragraph, 'a comment').toMatch(/^# \S/m);
    const words = paragraph.replaceAll(/\n# /g, ' ');
    const range = / from ([\d.]+ to [\d.]+)$/.exec(row.range)?.[1];
    if (range !== undefined) expect(words).toContain(range);
    for (const unit of ['milliseconds', 'seconds'])
      if (row.range.includes(` of ${unit} `)) expect(words).toMatch(new RegExp(`\\b${unit}\\b`));
    if (row.range.startsWith('"'))
      for (const [option] of row.range.matchAll(/"[\w-]*"/g)) expect(words).toContain(option);
  });

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
