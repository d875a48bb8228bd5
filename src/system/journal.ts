// Whether a stream of this process is the journal, and how it learns the priority of a text.

import { fstatSync } from 'node:fs';

/** Of syslog, as sd-daemon(3) reads them at the start of a line. */
export const journalPriorities = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7 } as const;

/** @param descriptor 1 for stdout, 2 for stderr */
export const isJournal = (descriptor: 1 | 2): boolean => {
  // Of systemd: "DEVICE:INODE" of the journal's end of stdout or stderr.
  const journalStream = process.env['JOURNAL_STREAM'];
  if (journalStream === undefined) return false;
  try {
    // As whole numbers: an inode may be larger than a double holds.
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return journalStream === `${dev}:${ino}`;
  } catch {
    // A stream that was closed is no journal.
    return false;
  }
};

/** @returns the text with the priority at the start of each line */
export const withPriority = (priority: number, text: string): string =>
  `<${priority}>${text.replaceAll('\n', `\n<${priority}>`)}`;
