// Waiting in the guest, where everything runs under emulation and beside others: for a condition, never for a
// time. The limits are only there so that a test that waits in vain says for what.

import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN_AFTER_MS = 100;
/** After a look that took a program to be started: to emulate that costs much, and to emulate a pause nothing. */
const ASK_AGAIN_AFTER_MS = 500;
/** Longer than anything takes that a test waits for, on a machine that is busy with other things. */
export const PATIENCE_MS = 120_000;

/**
 * Resolves when it is true.
 * @throws Error that names `what`, and what `witness` has to say, when it does not become so
 */
export const becomes = async (
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  limitMs = PATIENCE_MS,
  witness: () => string = () => '',
): Promise<void> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const look = isTrue();
    if (await look) return;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what} ${witness()}`.trim());
    await delay(look instanceof Promise ? ASK_AGAIN_AFTER_MS : LOOK_AGAIN_AFTER_MS);
  }
};
