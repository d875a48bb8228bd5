// Without a connection nothing runs. In a separate process, which has no timers but the parrot's.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const program = `
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startParrot } from './src/parrot/server/parrot.ts';
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const parrot = await startParrot({ dialect: 'ga' });
const before = timers();
const socket = new WebSocket(parrot.url + '?model=gpt-realtime-2.1');
await once(socket, 'message');
await settled();
const during = timers();
socket.close();
await once(socket, 'close');
while (timers() > 0) await settled();
console.log(JSON.stringify({ before, during, after: timers() }));
await parrot.close();
`;

test('no timer runs before the first client and after the last one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parrot-'));
  try {
    const outfile = join(folder, 'idle.mjs');
    await build({
      stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'error',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 30_000 });
    expect(JSON.parse(stdout)).toEqual({ before: 0, during: 2, after: 0 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
