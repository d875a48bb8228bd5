// Reports that the clock of the machine may have been set: systemd-timesyncd touches a file at each answer of a time
// server. Nothing is polled. Where another program keeps the time, nothing is reported.

import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Calls `changed` with the name of each entry that changes in the folder. Does nothing where the folder is missing. */
const watchFolder = (folder: string, changed: (name: string) => void): (() => void) => {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null) changed(name);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // The folder is missing, or the kernel has no watch left: timers from before the boot ring by the wrong clock.
  }
  return () => watcher?.close();
};

/**
 * @param onStep the clock may have been set; also called where it was not
 * @returns ends the watch; no call follows
 */
export const watchClockSteps = (onStep: () => void, directory = '/run/systemd/timesync'): (() => void) => {
  const watchFile = (): (() => void) =>
    watchFolder(directory, (name) => {
      if (name === 'synchronized') onStep();
    });
  let unwatchFile = watchFile();
  // A restart of timesyncd creates a new folder, and the watch of the old one reports nothing.
  const unwatchParent = watchFolder(dirname(directory), (name) => {
    if (name !== basename(directory)) return;
    unwatchFile();
    unwatchFile = watchFile();
    // The file may be older than the watch.
    onStep();
  });
  return () => {
    unwatchParent();
    unwatchFile();
  };
};
