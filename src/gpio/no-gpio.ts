// A machine without a button and a light. SIGUSR1 is a press there too, but that is not ours.

import type { Button, Light } from '../core/ports.ts';

/** Nobody ever presses it. */
export const noButton: Button = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** Nobody sees it. */
export const noLight: Light = {
  show: () => undefined,
  stop: () => Promise.resolve(),
};
