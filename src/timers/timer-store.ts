// Keeps the timers in a file of the state directory, by the wall clock, so that they survive a restart and a power
// cut. A file that Parley does not understand is renamed, and one that cannot be read is left as it is: a timer that
// a person waits for is never overwritten.

import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode, errorMessage, ToolError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { syncFolder, writeAtomically } from '../system/atomic-write.ts';

const storedTimer = z.object({
  /** A number, small enough that the next one is exact. */
  id: z.string().check(z.regex(/^[1-9]\d{0,14}$/)),
  name: z.string(),
  /** Milliseconds since 1970. */
  dueAt: z.number(),
  durationMs: z.number().check(z.positive()),
});
const content = z.object({ version: z.literal(1), timers: z.array(storedTimer) });

export type StoredTimer = Readonly<z.output<typeof storedTimer>>;

export interface TimerStore {
  /** Empty where there are none, and where the file cannot be used (the log says why). Comes before the first `write`. */
  read(): StoredTimer[];
  /**
   * Waits for the disk: after the return the timers survive a power cut.
   * @throws ToolError: timers-not-stored, timers-not-read; the file is unchanged then
   */
  write(timers: readonly StoredTimer[]): void;
}

/** More than 500 timers need. */
const MAX_FILE_BYTES = 256 * 1024;

const diskErrors: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOSPC: ['the disk is full (ENOSPC)', 'Free some space on it'],
  EDQUOT: ['the disk is full (EDQUOT)', 'Free some space on it'],
  EROFS: ['the disk is read-only (EROFS)', 'Make it writable; it may be failing'],
  EIO: ['the disk is failing (EIO)', 'Replace it'],
  EACCES: ['Parley may not write in its state directory (EACCES)', 'Give its user the right to'],
  EPERM: ['Parley may not write in its state directory (EPERM)', 'Give its user the right to'],
};

const reasonOf = (error: unknown): string => errorCode(error) ?? errorMessage(error);

/** Why the file could not be written. */
export const notStored = (error: unknown, path: string): ToolError => {
  const code = reasonOf(error);
  const [what, remedy] = diskErrors[code] ?? [`${path} cannot be written (${code})`, 'Check the disk'];
  const sentence = `The timer could not be stored: ${what}. ${remedy}, then try again.`;
  return new ToolError('timers-not-stored', sentence);
};

/** Syncs the parent of each new folder: without that a power cut loses the folder with all its files. */
const createFolder = (folder: string): void => {
  const topmost = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (topmost === undefined) return;
  for (let created = folder; created.length >= topmost.length; created = dirname(created))
    syncFolder(dirname(created));
};

/** @throws the file system's error */
const renameCorrupt = (path: string): string => {
  const base = `${path}.corrupt-${new Date().toISOString()}`;
  let name = base;
  for (let n = 2; existsSync(name); n += 1) name = `${base}-${n}`;
  renameSync(path, name);
  return name;
};

const parse = (text: string): StoredTimer[] | undefined => {
  try {
    const { success, data } = content.safeParse(JSON.parse(text));
    return success ? data.timers : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Logs the codes timers-lost and timers-not-read.
 * @param directory created when the first timer is stored
 */
export const createTimerStore = (directory: string, log: Log): TimerStore => {
  const path = join(directory, 'timers.json');
  let unusable: ToolError | undefined = notRead(`${path} was not read yet.`);

  const leaveAsIs = (why: string): StoredTimer[] => {
    unusable = notRead(`${why} Fix it, then restart Parley.`);
    log.warn(
      { code: unusable.code },
      `${why} It stays as it is, and no timer can be set: fix it, then restart Parley.`,
    );
    return [];
  };

  const discard = (why: string): StoredTimer[] => {
    try {
      const renamed = renameCorrupt(path);
      log.warn(
        { code: 'timers-lost' },
        `The timers that were set are lost, since ${path} ${why}: it is kept as ${renamed}.`,
      );
      return [];
    } catch (error) {
      return leaveAsIs(`${path} ${why} and cannot be renamed (${reasonOf(error)}).`);
    }
  };

  return {
    read() {
      unusable = undefined;
      try {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats === undefined) return [];
        // A pipe would block, and a folder would be renamed.
        if (!stats.isFile()) throw new Error('it is not a regular file');
        if (stats.size > MAX_FILE_BYTES) return discard(`is larger than ${MAX_FILE_BYTES / 1024} KB`);
        return (
          parse(readFileSync(path, 'utf8')) ?? discard('does not contain timers that Parley understands')
        );
      } catch (error) {
        return leaveAsIs(`${path} cannot be read (${reasonOf(error)}).`);
      }
    },

    write(timers) {
      if (unusable !== undefined) throw unusable;
      try {
        createFolder(directory);
        writeAtomically(path, `${JSON.stringify({ version: 1, timers })}\n`);
      } catch (error) {
        throw notStored(error, path);
      }
    },
  };
};

const notRead = (why: string): ToolError =>
  new ToolError('timers-not-read', `The timer could not be stored: ${why}`);
