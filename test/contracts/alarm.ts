// The promises of an alarm (src/core/ports.ts).

import { describe, expect, test } from 'vitest';
import type { Alarm } from '../../src/core/ports.ts';

export interface AlarmHarness {
  readonly alarm: Alarm;
  /** A timer of that name is due now. */
  fallDue(name: string): void;
  pass(ms: number): void;
}

export const alarmContract = (name: string, createHarness: () => AlarmHarness): void => {
  describe(`${name} keeps the promises of an alarm`, () => {
    test('it names what rings until that is dismissed', () => {
      const { alarm, fallDue, pass } = createHarness();
      expect(alarm.due()).toBeUndefined();
      fallDue('eggs');
      pass(60_000);
      expect(alarm.due()).toContain('eggs');
      alarm.dismiss();
      expect(alarm.due()).toBeUndefined();
      alarm.dismiss();
      expect(alarm.due()).toBeUndefined();
    });

    test('a timer that has rung for a shorter time goes on', () => {
      const { alarm, fallDue, pass } = createHarness();
      fallDue('eggs');
      pass(600_000);
      fallDue('tea');
      pass(300_000);
      alarm.dismiss(900_000);
      expect(alarm.due()).toContain('tea');
      expect(alarm.due()).not.toContain('eggs');
      pass(600_000);
      alarm.dismiss(900_000);
      expect(alarm.due()).toBeUndefined();
    });
  });
};
