// What a check of `parley doctor` is. A check looks at one thing, says what it found in a few words, and
// where that is not right, what to do about it. Checks are independent: one that fails, throws or hangs
// costs none of the others. What they look at is passed to them, so a test can show them anything.

/** `skip`: could not or should not be looked at here, and that is no fault. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

export interface Finding {
  readonly verdict: Verdict;
  /** What was found, a few words, with figures and units: "Node 20.19.2", "plughw:CARD=Mic,DEV=0, 24 kHz". */
  readonly detail: string;
  /** Of `warn` and `fail`: what to do, one sentence. */
  readonly remedy?: string;
}

export interface Check {
  /** Stable, for scripts: "config", "session", "microphone-level". */
  readonly id: string;
  /** What a person calls it: "Microphone level". */
  readonly title: string;
  /** Longer than this and it has failed. Default 10 s. */
  readonly limitMs?: number;
  /** Said before it runs, where a person has to do something: "Speak for three seconds". */
  readonly prompt?: string;
  run(): Promise<Finding>;
}

export const pass = (detail: string): Finding => ({ verdict: 'pass', detail });
export const skip = (detail: string): Finding => ({ verdict: 'skip', detail });
export const warn = (detail: string, remedy: string): Finding => ({ verdict: 'warn', detail, remedy });
export const fail = (detail: string, remedy: string): Finding => ({ verdict: 'fail', detail, remedy });
