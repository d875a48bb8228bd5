// What a check of `parley doctor` is. A check looks at one thing and returns a finding. Checks are independent:
// one that fails, throws or hangs does not affect the others. Everything that a check looks at is passed to it,
// so that a test can pass anything.

import { type CheckId, checkTable } from './check-table.ts';

/** `skip`: could not or must not be looked at here, which is not a fault. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly verdict: Verdict;
  /** Kebab-case and stable, for programs: "microphone-missing". */
  readonly code: string;
  /** What was found, in a few words, with figures and units: "Node 20.19.2", "plughw:CARD=Mic,DEV=0, 24 kHz". */
  readonly detail: string;
  /** Of `warn` and `fail`: what to do, one sentence. */
  readonly remedy?: string;
}

export interface Check {
  /** Stable, for programs: "config", "session", "microphone-level". */
  readonly id: string;
  /** For people: "Microphone level". */
  readonly title: string;
  /** A check that takes longer has failed. Default 10 s. */
  readonly limitMs?: number;
  /** Printed before the check runs, where a person has to do something: "Speak for three seconds". */
  readonly prompt?: string;
  run(): Promise<Finding>;
}

/** The check of this id, with its title from the table. */
export const createCheck = (
  id: CheckId,
  run: Check['run'],
  more: Pick<Check, 'limitMs' | 'prompt'> = {},
): Check => ({ id, title: checkTable[id].title, run, ...more });

type Plain = (code: string, detail: string) => Finding;
type Faulty = (code: string, detail: string, remedy: string) => Finding;
const plain =
  (verdict: Verdict): Plain =>
  (code, detail) => ({ verdict, code, detail });
const faulty =
  (verdict: Verdict): Faulty =>
  (code, detail, remedy) => ({ verdict, code, detail, remedy });
export const pass = plain('pass');
export const skip = plain('skip');
export const warn = faulty('warn');
export const fail = faulty('fail');
