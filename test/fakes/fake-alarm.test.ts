import { alarmContract } from '../contracts/alarm.ts';
import { createFakeAlarm } from './fake-alarm.ts';
import { createFakeClock } from './fake-clock.ts';

alarmContract('The fake alarm', () => {
  const clock = createFakeClock();
  const alarm = createFakeAlarm(clock);
  return { alarm, fallDue: (name) => alarm.fallDue(name), pass: (ms) => clock.advance(ms) };
});
