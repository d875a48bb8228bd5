// SIGUSR1 is a press of the button. Without a listener it opens Node's debugger, through which every local user
// could read the key. This file is imported first, so that the listener exists as early as possible.

import inspector from 'node:inspector';

/** Closes a debugger that a SIGUSR1 has opened before this file was loaded, but not one that an option opened. */
export const closeDebugger = (): void => {
  const isRequested = process.execArgv.some((option) => option.startsWith('--inspect'));
  if (!isRequested && inspector.url() !== undefined) inspector.close();
};

process.on('SIGUSR1', closeDebugger);
closeDebugger();
