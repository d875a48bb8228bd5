// Waits for conditions, never for times, because emulation is slow. The limits only make a failing test say what
// it waited for.

import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;
/** After a check that started a program: emulating a program is slow, emulating a pause costs nothing. */
const POLL_PROGRAM_MS = 500;
/** Longer than anything that a test waits for takes in the guest. */
export const WAIT_LIMIT_MS = 120_000;

/**
 * Resolves when it is true.
 * @throws Error with `what` and the result of `details` after the limit
 */
export const waitFor = async (
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  limitMs = WAIT_LIMIT_MS,
  details: () => string = () => '',
): Promise<void> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const checked = isTrue();
    if (await checked) return;
    if (performance.now() > deadline) throw new Error(`timed out waiting for ${what} ${details()}`.trim());
    await delay(checked instanceof Promise ? POLL_PROGRAM_MS : POLL_MS);
  }
};
