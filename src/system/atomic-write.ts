// A small file that is there whole: the old text or the new one, whatever happens in between. A power cut
// after the return finds the new one; a full disk leaves the old one, and nothing beside it.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const writeWhole = (path: string, text: string): void => {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/**
 * Writes the file, readable by its owner alone, by way of `path` + ".tmp". One writer at a time; it waits for the disk.
 * @throws the file system's error
 */
export const writeAtomically = (path: string, text: string): void => {
  // Always the same name: what a power cut leaves is overwritten, and does not pile up.
  const temporary = `${path}.tmp`;
  try {
    writeWhole(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Where nothing can be removed either, the first error tells more.
    }
    throw error;
  }
  // Else the new name may be lost, and the old text come back.
  sync(dirname(path));
};
