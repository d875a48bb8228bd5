// Whatever happens while the doctor works (Ctrl-C, a terminal that goes away, a stray error), what it has
// changed on the machine is put back before it ends.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const strays = ['uncaughtException', 'unhandledRejection'] as const;

/** Ended by a signal, which is still to be obeyed. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Ended by ${signal}.`);
    this.signal = signal;
  }
}

/** Ours in place of whoever listens to stray errors, for the others would end the program at once. */
const replaceListeners = (listen: (error: Error) => void): (() => void) => {
  const before = strays.map((event) => [event, process.listeners(event as 'uncaughtException')] as const);
  for (const event of strays) process.removeAllListeners(event).on(event, listen);
  return () => {
    for (const [event, listeners] of before) {
      process.removeAllListeners(event);
      for (const listener of listeners) process.on(event, listener);
    }
  };
};

/**
 * The result of `work`. `putBack` has run before this settles, however `work` ends; signals that come
 * meanwhile wait for it.
 * @throws Interrupted at the first signal; the first stray error; what `work` throws
 */
export const guarded = async <Result>(
  work: () => Promise<Result>,
  putBack: () => Promise<void>,
): Promise<Result> => {
  let stop: (error: Error) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const onSignal = (signal: NodeJS.Signals): void => stop(new Interrupted(signal));
  for (const signal of signals) process.on(signal, onSignal);
  const restore = replaceListeners((error) => stop(error));
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    try {
      await putBack();
    } finally {
      restore();
      for (const signal of signals) process.off(signal, onSignal);
    }
  }
};
