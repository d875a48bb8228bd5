// Waiting for something that no event tells.

const LOOK_AGAIN_AFTER_MS = 5;

/** Resolves when it is true; the limit is the test's own. */
export const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_AFTER_MS));
};
