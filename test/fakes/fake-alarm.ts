// An alarm that a test rings.

import type { Alarm, Clock } from '../../src/core/ports.ts';

export interface FakeAlarm extends Alarm {
  fallDue(name: string): void;
}

export const createFakeAlarm = (clock: Clock): FakeAlarm => {
  const ringing = new Map<string, number>();
  return {
    fallDue: (name) => void ringing.set(name, clock.now()),
    due: () => (ringing.size === 0 ? undefined : [...ringing.keys()].join(', ')),
    dismiss: (rungMs = 0) => {
      for (const [name, since] of ringing) if (clock.now() - since >= rungMs) ringing.delete(name);
    },
  };
};
