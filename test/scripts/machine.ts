// A machine to set up: this one's own files, over which everything that is written goes into a folder of the
// test, in a namespace of mounts that vanishes with the command. What would reach a network (apt, npm), the
// service manager and the pins are fakes; the script, the program that it installs and all else are real.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** Whose changes are kept apart. */
const covered = ['etc', 'opt', 'usr/local', 'root'];

const enter = `
set -e
folder=$1
shift
for place in ${covered.join(' ')}; do
  mount -t overlay overlay -o "lowerdir=/$place,upperdir=$folder/changes/$place,workdir=$folder/work/$place" "/$place"
done
mount -t tmpfs tmpfs /run
[ ! -e "$folder/systemd-runs" ] || mkdir -p /run/systemd/system
mount --bind "$folder/os-release" "$(realpath /etc/os-release)"
mount --bind "$folder/meminfo" /proc/meminfo
[ ! -e "$folder/small-disk" ] || mount -t tmpfs -o size=64m tmpfs /opt
exec "$@"`;

const fakes: Readonly<Record<string, string>> = {
  dpkg: 'cat "$FOLDER/architecture"',
  'apt-get': 'echo "apt-get $*" >>"$FOLDER/calls"; echo "E: no network" >&2; exit 100',
  'apt-cache': 'true',
  npm: `echo "npm $*" >>"$FOLDER/calls"
[ ! -e "$FOLDER/no-network" ] || { echo "npm error network" >&2; exit 1; }
case "$*" in
  *' ci '*) for name in node-record-lpcm16 onoff speaker epoll other; do
      mkdir -p node_modules/$name; echo '{}' >node_modules/$name/package.json; : >node_modules/$name/index.js; done
    mkdir -p node_modules/speaker/deps; : >node_modules/speaker/deps/large; : >node_modules/speaker/binding.gyp
    echo '{"dependencies":{"epoll":"1"}}' >node_modules/onoff/package.json ;;
  *rebuild*) mkdir -p node_modules/speaker/build/Release; : >node_modules/speaker/build/Release/binding.node
    : >node_modules/speaker/build/Makefile ;;
esac`,
  gpiodetect:
    'if [ "$1" = --version ]; then echo "gpiodetect (libgpiod) v2.2.1"; else echo "gpiochip0 [pinctrl-bcm2711] (58 lines)"; fi',
  gpioinfo: 'shift 2; cat "$FOLDER/holder-$1" 2>/dev/null || echo "gpiochip0 $1 unnamed input"',
  udevadm: 'true',
  systemctl: `echo "systemctl $*" >>"$FOLDER/calls"
case "$*" in
  *NRestarts*) echo 0 ;;
  restart*) ! grep -q broken /opt/parley/current/package.json ;;
esac`,
  journalctl: `echo '{"level":"error","msg":"Failed","reason":"This release is broken."}'`,
  sleep: 'true',
};

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-machine-'));
  readonly checkout = join(this.#folder, 'checkout');

  constructor() {
    chmodSync(this.#folder, 0o755);
    for (const place of covered)
      for (const kind of ['changes', 'work']) mkdirSync(join(this.#folder, kind, place), { recursive: true });
    for (const name of ['scripts', 'config', 'systemd', 'package.json', 'package-lock.json', 'dist'])
      cpSync(join(repository, name), join(this.checkout, name), { recursive: true });
    this.put('os-release', 'ID=debian\nVERSION_ID="13"\n');
    this.put('meminfo', 'MemTotal:         900000 kB\n');
    this.put('architecture', 'arm64\n');
    this.put('key', 'sk-never-to-be-seen\n', 0o600);
    for (const [name, script] of Object.entries(fakes))
      this.put(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
    this.version('1.0.0');
  }

  /** A file of the test's own folder; some of them say how the machine is, see above. */
  put(name: string, text = '', mode = 0o644): string {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  /** The version that the checkout has from now on. */
  version(version: string): void {
    const file = join(this.checkout, 'package.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }));
  }

  setup(...words: string[]): Ended {
    return this.run(join(this.checkout, 'scripts/setup.sh'), ...words);
  }

  /** Runs a command on the machine, as root, without a terminal. */
  run(...command: string[]): Ended {
    const args = [
      '--mount',
      '--propagation',
      'private',
      'bash',
      '-c',
      enter,
      'enter',
      this.#folder,
      ...command,
    ];
    const { status, stdout, stderr } = spawnSync('unshare', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${join(this.#folder, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: '/root',
        LC_ALL: 'C.UTF-8',
        FOLDER: this.#folder,
      },
    });
    return { code: status, stdout, stderr };
  }

  /** What was changed below /etc, /opt, /usr/local and /root: paths without the leading slash, folders left out. */
  changes(): string[] {
    const root = join(this.#folder, 'changes');
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
  }

  /** Where a file of the machine really lies. */
  path(name: string): string {
    return join(this.#folder, 'changes', name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
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

/** Why no machine can be set up here; undefined where one can. */
export const whyNoMachine = (): string | undefined => {
  const machine = new Machine();
  const { code, stderr } = machine.run('true');
  machine.remove();
  return code === 0 ? undefined : `needs root and mounts of its own (${stderr.trim()})`;
};
