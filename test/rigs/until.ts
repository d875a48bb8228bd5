// Waiting for something that no event tells.

const LOOK_AGAIN_AFTER_MS = 5;
const AT_MOST_MS = 30_000;

/** Resolves when it is true; throws, naming `what`, when it does not become so. */
export const until = async (isTrue: () => boolean, what: string): Promise<void> => {
  const deadline = Date.now() + AT_MOST_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_AFTER_MS));
  }
};
