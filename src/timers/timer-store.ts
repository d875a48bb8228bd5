// The timers in a file of the state directory, on the wall clock: they outlive a restart and a power cut.
// A file that makes no sense is put aside for a person to look at, and one that may not be read stays as it is:
// what somebody waits for is never overwritten unseen.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode, errorMessage, TimerError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { writeAtomically } from '../system/atomic-write.ts';

const storedTimer = z.object({
  /** A number, and short enough to count on from. */
  id: z.string().check(z.regex(/^[1-9]\d{0,14}$/)),
  name: z.string(),
  /** Milliseconds since 1970. */
  dueAt: z.number(),
  durationMs: z.number().check(z.positive()),
});
const content = z.object({ version: z.literal(1), timers: z.array(storedTimer) });

export type StoredTimer = Readonly<z.output<typeof storedTimer>>;

export interface TimerStore {
  /** Empty where there are none, or where the log tells why not. To be called before the first `write`. */
  read(): StoredTimer[];
  /**
   * Waits for the disk: what was written survives a power cut from now on.
   * @throws TimerError; the file is the old one then
   */
  write(timers: readonly StoredTimer[]): void;
}

/** More than 500 timers can take. */
const mostBytes = 256 * 1024;

const troubles: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOSPC: ['the disk is full (ENOSPC)', 'Free some space on it'],
  EDQUOT: ['the disk is full (EDQUOT)', 'Free some space on it'],
  EROFS: ['the disk is read-only (EROFS)', 'Make it writable; it may be failing'],
  EIO: ['the disk is failing (EIO)', 'Replace it'],
  EACCES: ['Parley may not write in its state directory (EACCES)', 'Give its user the right to'],
  EPERM: ['Parley may not write in its state directory (EPERM)', 'Give its user the right to'],
};

const codeOf = (error: unknown): string => errorCode(error) ?? errorMessage(error);

const couldNotStore = (error: unknown, path: string): TimerError => {
  const code = codeOf(error);
  const [what, remedy] = troubles[code] ?? [`${path} cannot be written (${code})`, 'Look at the disk'];
  return new TimerError(`The timer could not be stored: ${what}. ${remedy}, then try again.`, {
    cause: error,
  });
};

/** A folder that its parent has not stored is lost in a power cut, with all that is in it. */
const makeFolder = (folder: string): void => {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    const parent = openSync(dirname(made), 'r');
    try {
      fsyncSync(parent);
    } finally {
      closeSync(parent);
    }
  }
};

/** @throws the file system's error */
const putAside = (path: string): string => {
  const aside = `${path}.corrupt-${new Date().toISOString()}`;
  let free = aside;
  for (let n = 2; existsSync(free); n += 1) free = `${aside}-${n}`;
  renameSync(path, free);
  return free;
};

/** Undefined where there is no file; throws where it may not be read. */
const textOf = (path: string): { readonly text: string; readonly tooLarge: boolean } | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  // A pipe would be waited for, and a folder put aside.
  if (!stats.isFile()) throw new Error('it is not a regular file');
  const tooLarge = stats.size > mostBytes;
  return { text: tooLarge ? '' : readFileSync(path, 'utf8'), tooLarge };
};

const parse = (text: string): StoredTimer[] | undefined => {
  try {
    const { success, data } = content.safeParse(JSON.parse(text));
    return success ? data.timers : undefined;
  } catch {
    return undefined;
  }
};

/** @param directory made when the first timer is stored */
export const createTimerStore = (directory: string, log: Log): TimerStore => {
  const path = join(directory, 'timers.json');
  let closed: string | undefined = `The timer could not be stored: ${path} was not read yet.`;

  const keepOut = (why: string): StoredTimer[] => {
    closed = `The timer could not be stored: ${why} Mend it, then restart Parley.`;
    log.warn({}, `${why} It stays as it is, and no timer can be set: mend it, then restart Parley.`);
    return [];
  };

  const giveUpOn = (fault: string): StoredTimer[] => {
    try {
      const aside = putAside(path);
      log.warn({}, `The timers that were set are lost, for ${path} ${fault}: it is kept as ${aside}.`);
      return [];
    } catch (error) {
      return keepOut(`${path} ${fault} and cannot be put aside (${codeOf(error)}).`);
    }
  };

  return {
    read() {
      closed = undefined;
      try {
        const file = textOf(path);
        if (file === undefined) return [];
        if (file.tooLarge) return giveUpOn(`is larger than ${mostBytes / 1024} KB`);
        return parse(file.text) ?? giveUpOn('holds no timers that Parley understands');
      } catch (error) {
        return keepOut(`${path} cannot be read (${codeOf(error)}).`);
      }
    },

    write(timers) {
      if (closed !== undefined) throw new TimerError(closed);
      try {
        makeFolder(directory);
        writeAtomically(path, `${JSON.stringify({ version: 1, timers })}\n`);
      } catch (error) {
        throw couldNotStore(error, path);
      }
    },
  };
};
