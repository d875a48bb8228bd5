// The configuration of the installed Parley, edited in place: key by key, comments kept.

import { readFileSync, writeFileSync } from 'node:fs';

export const CONFIGURATION = '/etc/parley/parley.toml';

/** By `table.key`; the value as TOML. */
export type Settings = Readonly<Record<string, string>>;

/** Long enough for emulation, and for tests that pause the service. */
export const emulationLimits: Settings = {
  'conversation.connect_limit_s': '120',
  'conversation.reply_created_limit_s': '120',
  'conversation.first_sound_limit_s': '300',
  'conversation.silence_limit_s': '600',
  'conversation.alarm_s': '8',
  // The journal of the tests reads phases and events.
  'log.format': '"json"',
};

/** @throws Error naming a key that has no line, active or commented out, in the text */
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

/** Run once, when the image is made, so that Parley boots with these limits. */
export const configureForEmulation = (): void =>
  writeConfiguration(withSettings(readConfiguration(), emulationLimits));
