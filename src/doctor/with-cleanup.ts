// Whenever the doctor ends (work done, Ctrl-C, a closed terminal, an uncaught error), what it changed on the
// machine is restored first.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal ended the work; the signal has not yet had its effect. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Ended by ${signal}.`);
    this.signal = signal;
  }
}

/**
 * The result of `work`. `cleanup` has finished before this settles, also after an error; signals that arrive
 * meanwhile wait for it.
 * @throws Interrupted at the first signal; the first uncaught error; what `work` or `cleanup` throws
 */
export const withCleanup = async <Result>(
  work: () => Promise<Result>,
  cleanup: () => Promise<void>,
): Promise<Result> => {
  let stop: (error: Error) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const onSignal = (signal: NodeJS.Signals): void => stop(new Interrupted(signal));
  for (const signal of signals) process.on(signal, onSignal);
  // In place of the listeners for uncaught errors, which would end the program at once.
  process.setUncaughtExceptionCaptureCallback(stop);
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    try {
      await cleanup();
    } finally {
      process.setUncaughtExceptionCaptureCallback(null);
      for (const signal of signals) process.off(signal, onSignal);
    }
  }
};
