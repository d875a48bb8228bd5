import { afterEach } from 'vitest';
import { alarmContract } from '../contracts/alarm.ts';
import { makeFolder, removeFolder, startKitchen, WALL_MS } from './state.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeFolder(folder);
});

alarmContract('Timers', () => {
  const folder = makeFolder();
  folders.push(folder);
  const { timers, clock } = startKitchen(folder, WALL_MS);
  return {
    alarm: timers,
    fallDue: (name) => {
      timers.set({ name, durationMs: 1000 });
      clock.advance(1000);
    },
    pass: (ms) => clock.advance(ms),
  };
});
