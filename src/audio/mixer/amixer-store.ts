// The volume in a file of the state directory: {"version":1,"percent":40}. Other contents are an error for the reader,
// and a write replaces them.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../core/errors.ts';
import type { VolumeStore } from '../../core/volume.ts';
import { writeAtomically } from '../../system/atomic-write.ts';

const VERSION = 1;

const percentOf = (text: string): number => {
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null) throw new Error('it holds no object');
  const { version, percent } = content as Record<string, unknown>;
  if (version !== VERSION) throw new Error(`its version is not ${VERSION}`);
  if (typeof percent !== 'number' || !Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Error('its percent is not a whole number from 0 to 100');
  return percent;
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** @param folder the state directory; created when a volume is written */
export const createVolumeStore = (folder: string): VolumeStore => {
  const path = join(folder, 'volume.json');
  return {
    read() {
      const text = textOf(path);
      return text === undefined ? undefined : percentOf(text);
    },
    write(percent) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeAtomically(path, `${JSON.stringify({ version: VERSION, percent })}\n`);
    },
  };
};
