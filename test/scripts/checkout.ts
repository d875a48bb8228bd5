// A small checkout with the real scripts, a stand-in for the program, and a PATH of its own in which any
// tool can be missing or be a fake. Nothing is installed: apt-get and sudo are fakes there.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { vi } from 'vitest';

// The limit is for a script that hangs, not for a machine that is slow.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const repository = join(import.meta.dirname, '../..');

const { PATH = '' } = process.env;

/** Prints its arguments, and writes the file that --hear names. */
const standIn = `
import { writeFileSync } from 'node:fs';
const words = process.argv.slice(2);
process.stdout.write('parley ' + JSON.stringify(words) + '\\n');
const heard = words[words.indexOf('--hear') + 1];
if (words.includes('--hear') && heard !== undefined) writeFileSync(heard, 'sound');
process.exitCode = Number(process.env['STAND_IN_CODE'] ?? 0);
`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Checkout {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-checkout-'));
  readonly root = join(this.#folder, 'checkout');
  readonly bin = join(this.#folder, 'bin');
  readonly home = join(this.#folder, 'home');
  #searched = `${this.bin}${delimiter}${PATH}`;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    for (const name of ['scripts', '.ci', 'test/vm/user-emulation.sh', 'test/rigs/debian-root.sh'])
      cpSync(join(repository, name), this.path(name), { recursive: true });
    this.write('src/cli.ts', standIn);
    for (const file of ['lpcm16-recorder.cjs', 'speaker-child.js']) this.write(`src/audio/${file}`, '');
    this.write('package.json', JSON.stringify({ name: 'parley', version: '1.0.0', type: 'module' }));
    this.write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': {} } }));
    for (const name of ['esbuild', '@esbuild']) this.link(`node_modules/${name}`);
    // As if the native packages had been built.
    this.write('node_modules/speaker/build/Release/binding.node', '');
    this.write('node_modules/epoll/index.js', '');
    this.write('node_modules/epoll/build/Release/epoll.node', '');
    for (const folder of [this.home, this.bin]) mkdirSync(folder);
    this.tool('apt-get', 'echo "fake apt-get: $*" >&2; exit 100');
    this.tool('apt-cache', 'true');
    this.tool('sudo', '[ "$1" != -n ] || shift; exec "$@"');
  }

  path(name: string): string {
    return join(this.root, name);
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text, { mode });
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  link(name: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    symlinkSync(join(repository, name), this.path(name));
  }

  /** Puts a shell script into the PATH under that name. */
  tool(name: string, script: string): void {
    rmSync(join(this.bin, name), { force: true });
    writeFileSync(join(this.bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.bin, name), 0o755);
  }

  /** Takes such a script out of the PATH again; the tool of this machine is found then. */
  untool(name: string): void {
    rmSync(join(this.bin, name));
  }

  /** Makes a tool be missing: from then on the PATH is a folder of links to all others. */
  hide(name: string): void {
    if (this.#searched !== this.bin) this.#fillBin();
    rmSync(join(this.bin, name), { force: true });
  }

  /** Runs a command in the checkout, without a terminal and without input. */
  run(command: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    return new Promise<Ended>((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.root,
        env: { PATH: this.#searched, HOME: this.home, LC_ALL: 'C.UTF-8', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      this.#children.add(child);
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          said[stream] += text;
        });
      child.on('error', reject);
      child.on('close', (code) => {
        this.#children.delete(child);
        resolve({ code, ...said });
      });
    });
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #fillBin(): void {
    this.#searched = this.bin;
    for (const folder of PATH.split(delimiter).filter((name) => name !== '' && existsSync(name)))
      for (const name of readdirSync(folder))
        if (!existsSync(join(this.bin, name))) symlinkSync(join(folder, name), join(this.bin, name));
  }
}
