// The volume in a file of the state directory: {"version":1,"percent":40}. Other contents are an error for the reader,
// and a write replaces them.

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../core/is-record.ts';
import { writeAtomically } from '../../system/atomic-write.ts';

const VERSION = 1;

const pathIn = (folder: string): string => join(folder, 'volume.json');

/**
 * Percent; undefined where none is stored.
 * @param folder the state directory
 * @throws Error where the file cannot be read or is invalid
 */
export const readVolume = (folder: string): number | undefined => {
  const path = pathIn(folder);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRecord(content)) throw new Error('it holds no object');
  const { version, percent } = content;
  if (version !== VERSION) throw new Error(`its version is not ${VERSION}`);
  if (typeof percent !== 'number' || !Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Error('its percent is not a whole number from 0 to 100');
  return percent;
};

/**
 * @param folder the state directory, which is created where it is missing
 * @throws the file system's error; the old volume is still stored then
 */
export const writeVolume = (folder: string, percent: number): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(pathIn(folder), `${JSON.stringify({ version: VERSION, percent })}\n`);
};
