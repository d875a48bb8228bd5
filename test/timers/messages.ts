// The sentences of timers, for the service and the log.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCount, checkDuration, checkedName, findTimer } from '../../src/timers/timer-requests.ts';
import { createTimerStore, notStored } from '../../src/timers/timer-store.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { byCode, errorOf } from '../messages-of.ts';
import { diskFull, HOUR_MS, MINUTE_MS, makeFolder, removeFolder, startKitchen, WALL_MS } from './state.ts';

const path = '/var/lib/parley/timers.json';
const eggs = { id: '1', name: 'eggs', durationMs: 10 * MINUTE_MS, remainingMs: 598_000 };
const tea = { id: '2', name: 'Eggs', durationMs: MINUTE_MS, remainingMs: 0 };

const folder = makeFolder();
const log = createFakeLog();

/** What the store logs for a file that `prepare` writes, and what its next write throws. */
const storeErrors = async (name: string, prepare: (file: string) => void) => {
  const directory = join(folder, name);
  mkdirSync(directory);
  prepare(join(directory, 'timers.json'));
  const store = createTimerStore(directory, log);
  store.read();
  return errorOf(() => store.write([{ ...eggs, dueAt: WALL_MS }]));
};

createTimerStore(folder, log).read();
await storeErrors('corrupt', (file) => writeFileSync(file, 'half of')).catch(() => undefined);
await storeErrors('large', (file) => writeFileSync(file, ' '.repeat(300_000))).catch(() => undefined);
const notRead = await storeErrors('unreadable', (file) => mkdirSync(file));

const late = join(folder, 'late');
startKitchen(late, WALL_MS).timers.set({ name: 'eggs', durationMs: MINUTE_MS });
const restarted = startKitchen(late, WALL_MS + HOUR_MS);
restarted.store.failure = diskFull();
restarted.timers.dismiss();

const logged = [...log.lines, ...restarted.log.lines].map(({ facts, sentence }) => ({
  code: 'code' in facts ? `log: ${facts.code}` : 'log',
  message: sentence,
}));

const withoutFolder = (text: string): string =>
  text.replaceAll(folder, '/var/lib').replaceAll(/corrupt-[\dTZ:.-]+\d{3}Z/g, 'corrupt-TIME');

export const messages = byCode(
  [
    await errorOf(() => checkDuration(0)),
    await errorOf(() => checkCount(500)),
    await errorOf(() => checkedName('x'.repeat(61))),
    await errorOf(() => findTimer([], 'eggs')),
    await errorOf(() => findTimer([eggs, tea], 'eggs')),
    await errorOf(() => findTimer([eggs, tea], 'coffee')),
    ...['ENOSPC', 'EROFS', 'EIO', 'EACCES', 'EMFILE'].map((code) =>
      notStored(Object.assign(new Error(), { code }), path),
    ),
    await errorOf(() => createTimerStore('/var/lib/parley', log).write([])),
    notRead,
    ...logged,
  ].map(({ code, message }) => ({ code, message: withoutFolder(message) })),
);
removeFolder(folder);
