import type { Clock } from '../core/ports.ts';
import { systemClock } from '../system/clock.ts';

/** The result of `work` or, after `limitMs`, of `late`. */
export const withTimeLimit = <Result>(
  work: Promise<Result>,
  limitMs: number,
  late: () => Result | Promise<Result>,
  clock: Clock = systemClock,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(late()));
    work.finally(cancel).then(resolve, reject);
  });
