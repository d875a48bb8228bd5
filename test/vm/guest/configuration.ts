// The configuration of the installed Parley, changed as its owner would: in place, key by key, comments kept.

import { readFileSync, writeFileSync } from 'node:fs';

export const CONFIGURATION = '/etc/parley/parley.toml';

/** By `table.key`; the value as TOML. */
export type Settings = Readonly<Record<string, string>>;

/** Patient enough for emulation, and for a test that holds the service up. */
export const patient: Settings = {
  'conversation.connect_limit_s': '120',
  'conversation.reply_created_limit_s': '120',
  'conversation.first_sound_limit_s': '300',
  'conversation.silence_limit_s': '600',
  'conversation.alarm_s': '8',
};

/** @throws Error naming a key that has no line, on or off, in the text */
export const withSettings = (toml: string, settings: Settings): string => {
  const missing = new Map(Object.entries(settings));
  let table = '';
  const lines = toml.split('\n').map((line) => {
    table = /^\[([\w.]+)\]/.exec(line)?.[1] ?? table;
    const name = `${table}.${/^(?:# )?(\w+) = /.exec(line)?.[1] ?? ''}`;
    const value = missing.get(name);
    if (value === undefined) return line;
    missing.delete(name);
    return `${name.slice(table.length + 1)} = ${value}`;
  });
  if (missing.size > 0) throw new Error(`no line in the configuration for ${[...missing.keys()].join(', ')}`);
  return lines.join('\n');
};

export const readConfiguration = (): string => readFileSync(CONFIGURATION, 'utf8');
export const writeConfiguration = (toml: string): void => writeFileSync(CONFIGURATION, toml);
