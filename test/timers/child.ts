// Timers in a separate process, which a test may kill or give a small disk. It prints each step as a line, with
// synchronous writes: a line that was printed arrives, even where the process is killed.

import { join, resolve } from 'node:path';
import { build } from 'esbuild';

// "fill" sets timers until that fails, and prints what is on the disk then; "busy" sets and cancels without end.
// A cancel is printed before it begins, since a cancel that is interrupted may or may not have happened.
const source = `
  import { readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
  import { systemClock } from ${JSON.stringify(resolve('src/system/clock.ts'))};
  import { createTimerStore } from ${JSON.stringify(resolve('src/timers/timer-store.ts'))};
  import { Timers } from ${JSON.stringify(resolve('src/timers/timers.ts'))};

  const [, , mode, folder] = process.argv;
  const log = { warn: (_, sentence) => print('warn ' + sentence) };
  const print = (line) => writeSync(1, line + '\\n');
  const timers = new Timers({ store: createTimerStore(folder, log), clock: systemClock, log, onDue: () => {} });
  timers.load();
  const set = () => timers.set({ name: 'n'.repeat(40), durationMs: 3_600_000 }).id;
  const errorOf = (action) => { try { action(); } catch ({ code, message }) { return { code, message }; } };

  const fill = () => {
    const confirmed = [];
    const error = errorOf(() => { for (;;) confirmed.push(set()); });
    const cancelError = errorOf(() => timers.cancel('1'));
    const listed = timers.list().map(({ id }) => id);
    const names = readdirSync(folder);
    const stored = JSON.parse(readFileSync(folder + '/timers.json', 'utf8')).timers.map(({ id }) => id);
    print(JSON.stringify({ error, cancelError, confirmed, listed, names, stored }));
    timers.stop();
  };

  const busy = () => {
    for (;;) {
      print('set ' + set());
      const [oldest, ...others] = timers.list();
      if (others.length < 10) continue;
      print('cancel ' + oldest.id);
      timers.cancel(oldest.id);
    }
  };

  ({ fill, busy })[mode]();`;

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
