// For tables of failures: the severity of each, and its sentence, made from what the adapter knows of the failure.

import type { Severity } from './errors.ts';

export interface FailureKind<Facts extends readonly unknown[]> {
  readonly severity: Severity;
  readonly sentence: (...facts: Facts) => string;
}

export const temporary = <Facts extends readonly unknown[]>(
  sentence: (...facts: Facts) => string,
): FailureKind<Facts> => ({ severity: 'temporary', sentence });

export const permanent = <Facts extends readonly unknown[]>(
  sentence: (...facts: Facts) => string,
): FailureKind<Facts> => ({ severity: 'permanent', sentence });
