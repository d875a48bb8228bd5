// Waiting for a condition that no event announces.

/** Most conditions are true at once; for later ones the processor must not be busy. */
const FIRST_DELAY_MS = 2;
const MAX_DELAY_MS = 30;
/** A guard against waiting without end, never a measure of speed. */
const MAX_WAIT_MS = 120_000;

/** Resolves when the condition is true; throws, naming `what`, when it does not become so. */
export const until = async (condition: () => boolean, what: string): Promise<void> => {
  const deadline = Date.now() + MAX_WAIT_MS;
  for (let delayMs = FIRST_DELAY_MS; !condition(); delayMs = Math.min(delayMs * 1.5, MAX_DELAY_MS)) {
    if (Date.now() > deadline) throw new Error(`waited ${MAX_WAIT_MS / 1000} s without success for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
};
