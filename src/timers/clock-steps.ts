// When the clock of the machine is set: systemd-timesyncd touches a file of its own whenever it has heard from
// a time server. Nothing is polled; where another program keeps the time, nothing is ever told.

import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Calls `changed` with the name of whatever changes in the folder, as long as there is one. */
const watchFolder = (folder: string, changed: (name: string) => void): (() => void) => {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null) changed(name);
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // Not there, or no more watches to be had: a timer of before the boot rings by the clock as it was then.
  }
  return () => watcher?.close();
};

/**
 * @param onStep the clock may have been set; it comes more often than that
 * @returns ends it; no call comes afterwards
 */
export const watchClockSteps = (onStep: () => void, directory = '/run/systemd/timesync'): (() => void) => {
  const follow = (): (() => void) =>
    watchFolder(directory, (name) => {
      if (name === 'synchronized') onStep();
    });
  let unfollow = follow();
  // A restart of timesyncd makes the folder anew, and the watch of the old one would stay silent.
  const leave = watchFolder(dirname(directory), (name) => {
    if (name !== basename(directory)) return;
    unfollow();
    unfollow = follow();
    // The file may have come before the watch.
    onStep();
  });
  return () => {
    leave();
    unfollow();
  };
};
