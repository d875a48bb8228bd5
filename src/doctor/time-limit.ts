import type { Clock } from '../core/ports.ts';
import { systemClock } from '../system/clock.ts';

export interface TimeLimit<Result> {
  readonly limitMs: number;
  /** What follows at the limit; a rejected promise fails. */
  readonly late: () => Result | Promise<Result>;
  readonly clock?: Clock | undefined;
}

/** The result of `work` or, where `work` takes longer than `limitMs`, of `late`. */
export const withTimeLimit = <Result>(
  work: Promise<Result>,
  { limitMs, late, clock = systemClock }: TimeLimit<Result>,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(late()));
    work.finally(cancel).then(resolve, reject);
  });
