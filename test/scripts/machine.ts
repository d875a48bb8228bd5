// A machine to set up: the files of this one, with overlays that take every change into a folder of the test, in a
// mount namespace that ends with the command. apt, npm, the service manager and the GPIO tools are fakes; the
// script, the program that it installs and everything else are real.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, vi } from 'vitest';
import { until } from '../rigs/until.ts';
import { fakes, program } from './machine-fakes.ts';

// The limit is for a script that hangs, not for a machine that is slow.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const repository = join(import.meta.dirname, '../..');

/** The folders that get an overlay. */
const covered = ['boot', 'etc', 'opt', 'usr/local', 'root', 'var/lib'];

/** As fstab(5) has it: one mount(8) for all, because each start of a program costs the tests time. */
const mounts = (folder: string): string =>
  [
    ...covered.map((place) => {
      const options = [
        `lowerdir=/${place}`,
        `upperdir=${folder}/changes/${place}`,
        `workdir=${folder}/scratch/${place}`,
      ];
      return `machine /${place} overlay ${options.join(',')}`;
    }),
    'machine /run tmpfs defaults',
    `${folder}/os-release ${realpathSync('/etc/os-release')} none bind`,
    `${folder}/meminfo /proc/meminfo none bind`,
    '',
  ].join('\n');

const enter = `
set -e
folder=$1
shift
mount --all --fstab "$folder/fstab"
[ ! -e "$folder/systemd-runs" ] || mkdir -p /run/systemd/system
[ ! -e "$folder/small-disk" ] || mount -t tmpfs -o size=64m tmpfs /opt
[ ! -e "$folder/no-headers" ] || mount --bind /dev/null /usr/include/alsa/asoundlib.h
if [ -e "$folder/kernel-list" ]; then
  # A container may have no debugfs, or nothing at all in /sys.
  [ -d /sys/kernel/debug ] || mount -t tmpfs tmpfs /sys
  mkdir -p /sys/kernel/debug
  mount -t tmpfs tmpfs /sys/kernel/debug
  cp "$folder/kernel-list" /sys/kernel/debug/gpio
fi
echo $$ >"$folder/pid"
[ ! -e "$folder/no-route" ] || exec unshare --net "$@"
exec "$@"`;

/** The machine as it usually is. */
const usual: Readonly<Record<string, string>> = {
  'os-release': 'ID=debian\nVERSION_ID="13"\n',
  meminfo: 'MemTotal:         900000 kB\n',
  architecture: 'arm64\n',
  debian: '',
  chips: 'gpiochip0 [pinctrl-bcm2711] (58 lines)\n',
  'gpioinfo-1': '',
  'gpiod-version': 'gpiodetect (libgpiod) v2.2.1\n',
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Typing {
  readonly output: () => string;
  readonly ended: Promise<number | null>;
  /** Types the keys when the question stands there. */
  answer(question: string, keys: string): Promise<void>;
}

export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-machine-'));
  readonly checkout = join(this.#folder, 'checkout');

  constructor() {
    chmodSync(this.#folder, 0o755);
    for (const place of covered)
      for (const kind of ['changes', 'scratch'])
        mkdirSync(join(this.#folder, kind, place), { recursive: true });
    for (const name of ['scripts', 'config', 'systemd', 'package.json', 'package-lock.json', 'dist'])
      cpSync(join(repository, name), join(this.checkout, name), { recursive: true });
    renameSync(join(this.checkout, 'dist/parley.js'), join(this.checkout, 'dist/whole.js'));
    this.put('checkout/dist/parley.js', program);
    // The sound cards of the test, not of this machine.
    const questions = join(this.checkout, 'scripts/setup/questions.sh');
    const text = readFileSync(questions, 'utf8').replace('/proc/asound', join(this.#folder, 'cards'));
    writeFileSync(questions, text);
    for (const [name, content] of Object.entries(usual)) this.put(name, content);
    this.put('fstab', mounts(this.#folder));
    this.put('key', 'sk-never-to-be-seen\n', 0o600);
    for (const [name, script] of Object.entries(fakes))
      this.put(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
    this.version('1.0.0');
  }

  /** A file of the test's own folder; some of them describe the machine, see `usual` and the fakes. */
  put(name: string, text = '', mode = 0o644): string {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  /** Changes the version of the checkout. */
  version(version: string): void {
    const file = join(this.checkout, 'package.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }));
  }

  setup(...words: string[]): Ended {
    return this.run(join(this.checkout, 'scripts/setup.sh'), ...words);
  }

  /** Without questions. */
  install(...words: string[]): Ended {
    return this.setup('--yes', ...words);
  }

  /** As after `install()` where systemd runs. Before anything else is run. */
  startInstalled(): void {
    execFileSync('cp', ['-a', join(installedMachine().#folder, 'changes'), this.#folder]);
  }

  /** With the release of the checkout there already: an installation then fetches and builds nothing. */
  startBuilt(): void {
    mkdirSync(this.path('opt/parley'));
    execFileSync('cp', ['-a', installedMachine().path('opt/parley/releases'), this.path('opt/parley')]);
  }

  /** The name of the release that runs. */
  current(): string {
    return readlinkSync(this.path('opt/parley/current')).replace('releases/', '');
  }

  /** Runs a command on the machine, as root, without a terminal. */
  run(...command: string[]): Ended {
    const { status, stdout, stderr } = spawnSync('unshare', this.#entering(command), {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.#env(),
    });
    return { code: status, stdout, stderr };
  }

  /** setup.sh in a terminal, to be typed into. */
  setupInTerminal(...words: string[]): Typing {
    const line = [join(this.checkout, 'scripts/setup.sh'), ...words].join(' ');
    const command = this.#entering(['script', '--quiet', '--return', '--command', line, '/dev/null']);
    const child = spawn('unshare', command, { env: this.#env(), stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    let seen = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    return {
      output: () => output,
      ended,
      answer: async (question, keys) => {
        await until(() => output.includes(question, seen), `"${question}" in:\n${output}`);
        seen = output.indexOf(question, seen) + question.length;
        child.stdin.write(keys);
      },
    };
  }

  #entering(command: readonly string[]): string[] {
    return ['--mount', '--propagation', 'private', 'bash', '-c', enter, 'enter', this.#folder, ...command];
  }

  #env(): NodeJS.ProcessEnv {
    return {
      PATH: `${join(this.#folder, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: '/root',
      LC_ALL: 'C.UTF-8',
      FOLDER: this.#folder,
    };
  }

  /** The changed files in the folders with an overlay: paths without the leading slash. */
  changes(): string[] {
    const root = join(this.#folder, 'changes');
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
  }

  /** The path of a changed file outside the machine. */
  path(name: string): string {
    return join(this.#folder, 'changes', name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** A file that the test or a fake has put into the folder of the test. */
  noted(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }

  /** Removes such a file. */
  take(name: string): void {
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }

  /** The calls of fakes since the last time. */
  calls(): string[] {
    const file = join(this.#folder, 'calls');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    rmSync(file, { force: true });
    return lines;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

let installed: Machine | undefined;

/** One that is installed, once, and copied by others. */
const installedMachine = (): Machine => {
  if (installed !== undefined) return installed;
  installed = new Machine();
  installed.put('systemd-runs');
  const { code, stderr } = installed.install();
  if (code !== 0) throw new Error(`setup.sh failed: ${stderr}`);
  return installed;
};

/** Hands out a new one per test, and removes it after the test. */
export const forEachTest = (take: (machine: Machine) => void): void => {
  let machine: Machine | undefined;
  beforeEach(() => {
    machine = new Machine();
    take(machine);
  });
  afterEach(() => machine?.remove());
  afterAll(() => {
    installed?.remove();
    installed = undefined;
  });
};

/** Why no machine can be set up here; undefined where one can. */
export const whyNoMachine = (): string | undefined => {
  const machine = new Machine();
  const { code, stderr } = machine.run('true');
  machine.remove();
  return code === 0 ? undefined : `needs root and mounts of its own (${stderr.trim()})`;
};
