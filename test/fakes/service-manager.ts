// A service manager that only receives: a real Unix datagram socket, read by a small Python program.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServiceManager {
  /** For NOTIFY_SOCKET. */
  readonly socket: string;
  /** The lines of each message so far; barriers and MAINPID are left out. */
  heard(): readonly (readonly string[])[];
  /** Reads and answers nothing until `stop`. */
  hang(): void;
  stop(): Promise<void>;
}

const exited = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('exit', resolve));

export const startServiceManager = async (): Promise<ServiceManager> => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-notify-'));
  const socket = join(folder, 'notify');
  const script = fileURLToPath(new URL('service-manager.py', import.meta.url));
  const child = spawn('python3', [script, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  const messages: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the service manager ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      messages.push(String(JSON.parse(line)));
      resolve();
    });
  });
  return {
    socket,
    heard: () =>
      messages
        .slice(1)
        .map((message) => message.split('\n').filter((line) => !/^(MAINPID\w*=.*|BARRIER=1|)$/.test(line)))
        .filter((lines) => lines.length > 0),
    hang: () => {
      child.kill('SIGSTOP');
    },
    async stop() {
      child.kill('SIGKILL');
      await exited(child);
      rmSync(folder, { recursive: true });
    },
  };
};
