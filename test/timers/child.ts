// Timers in a process of its own, which a test may kill or give a small disk. It tells what it does, a line
// each, by writes that wait: what was told is told, whenever it dies.

import { join, resolve } from 'node:path';
import { build } from 'esbuild';

// "fill" sets timers until that fails, and tells what is on the disk then; "busy" sets and cancels for ever.
// A cancel is told before it begins, for nobody knows how one ends that is never told of.
const source = `
  import { readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
  import { systemClock } from ${JSON.stringify(resolve('src/system/clock.ts'))};
  import { createTimerStore } from ${JSON.stringify(resolve('src/timers/timer-store.ts'))};
  import { Timers } from ${JSON.stringify(resolve('src/timers/timers.ts'))};

  const [, , deed, folder] = process.argv;
  const log = { warn: (_, sentence) => tell('warn ' + sentence) };
  const tell = (line) => writeSync(1, line + '\\n');
  const timers = new Timers({ store: createTimerStore(folder, log), clock: systemClock, log, onDue: () => {} });
  timers.load();
  const set = () => timers.set({ name: 'n'.repeat(40), durationMs: 3_600_000 }).id;
  const errorOf = (deed) => { try { deed(); } catch (error) { return error.message; } };

  const fill = () => {
    const confirmed = [];
    const error = errorOf(() => { for (;;) confirmed.push(set()); });
    const cancelError = errorOf(() => timers.cancel('1'));
    const listed = timers.list().map(({ id }) => id);
    const names = readdirSync(folder);
    const stored = JSON.parse(readFileSync(folder + '/timers.json', 'utf8')).timers.map(({ id }) => id);
    tell(JSON.stringify({ error, cancelError, confirmed, listed, names, stored }));
    timers.stop();
  };

  const busy = () => {
    for (;;) {
      tell('set ' + set());
      const [oldest, ...others] = timers.list();
      if (others.length < 100) continue;
      tell('cancel ' + oldest.id);
      timers.cancel(oldest.id);
    }
  };

  ({ fill, busy })[deed]();`;

/** @returns the program's path: `node PATH fill|busy FOLDER` */
export const buildChild = async (folder: string): Promise<string> => {
  const outfile = join(folder, 'child.mjs');
  await build({
    stdin: { contents: source, resolveDir: process.cwd() },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  return outfile;
};
