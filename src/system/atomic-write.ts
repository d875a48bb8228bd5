// Writes a small file so that it always holds the whole old text or the whole new one. After the return the new
// text survives a power cut; a full disk leaves the old text, and no temporary file.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Without it, a power cut may undo what has changed in the folder: the names of its files. */
export const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

/**
 * Writes the file, readable by its owner only, through `path` + ".tmp". Waits for the disk. One writer at a time.
 * @throws the file system's error
 */
export const writeAtomically = (path: string, text: string): void => {
  // Always the same name: a file that a power cut leaves is overwritten.
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flush: true });
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The first error says more.
    }
    throw error;
  }
  syncFolder(dirname(path));
};
