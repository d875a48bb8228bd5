// A log that a test can read.

import type { Log } from '../../src/core/ports.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly facts: object;
  readonly sentence: string;
}

export interface FakeLog extends Log {
  readonly lines: LogLine[];
}

export const createFakeLog = (): FakeLog => {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (facts: object, sentence: string) => {
    lines.push({ level, facts, sentence });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
