// The steps of a test that depend on each other: after a failure the rest is skipped, except after the failure of
// an independent step.

import type { test } from 'node:test';

/** What node:test passes to a test. */
export type Context = Parameters<NonNullable<Parameters<typeof test>[0]>>[0];
type Work = () => void | Promise<void>;

export interface Steps {
  step(name: string, work: Work): Promise<void>;
  /** One on which no other step depends. */
  independentStep(name: string, work: Work): Promise<void>;
}

export const createSteps = (context: Context): Steps => {
  let failed: string | undefined;
  const run = async (name: string, work: Work, onFailure: () => void): Promise<void> => {
    const skip = failed === undefined ? false : `"${failed}" failed`;
    await context.test(name, { skip }, async () => {
      process.stderr.write(`rig: ${context.name}: ${name}\n`);
      try {
        await work();
      } catch (error) {
        process.stderr.write(`rig: FAILED: ${String(error)}\n`);
        onFailure();
        throw error;
      }
    });
  };
  return {
    step: (name, work) =>
      run(name, work, () => {
        failed = name;
      }),
    independentStep: (name, work) => run(name, work, () => undefined),
  };
};
