// SIGUSR1 is a press. Until a listener is set it opens Node's debugger instead, and through that every
// local user could read the key. Imported first, so that this happens as early as it can.

import inspector from 'node:inspector';

/** Closes the debugger that a SIGUSR1 before our first line has opened; one that was asked for stays. */
export const closeDebugger = (): void => {
  const wanted = process.execArgv.some((option) => option.startsWith('--inspect'));
  if (!wanted && inspector.url() !== undefined) inspector.close();
};

process.on('SIGUSR1', closeDebugger);
closeDebugger();
