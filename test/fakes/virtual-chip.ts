// A GPIO chip that is a folder: `17.pull` is what the outside does to an input, as on the kernel's gpio-sim;
// `27.level` is what an output does, `27.trace` every level it ever had. `bin` has tools that act on it.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('gpio-tool.pl', import.meta.url));

/** In shell, since nearly every test runs it, and a start of Node takes a tenth of a second. */
const gpiodetect = `
if [ "$1" = --version ]; then
  read -r version <version
  echo "gpiodetect (libgpiod) v$version"
  exit
fi
read -r name label lines <chip
if [ -e denied ]; then
  echo "gpiodetect: unable to open chip '/dev/$name': Permission denied" >&2
  exit 1
fi
[ -z "$name" ] || echo "$name [$label] ($lines lines)"`;

/** Empty where the process is gone. */
const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

export class VirtualChip {
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-gpio-'));
  /** In front of the PATH, the tools of libgpiod 2. */
  readonly bin = join(this.folder, 'bin');
  readonly #wholePath = process.env['PATH'] ?? '';

  constructor(chip = 'gpiochip0 pinctrl-bcm2711 58') {
    mkdirSync(this.bin);
    for (const tool of ['gpiomon', 'gpioset', 'gpioinfo', 'gpioget'])
      this.#install(tool, `exec perl ${script} ${this.folder} ${tool} "$@"`);
    this.#install('gpiodetect', `cd ${this.folder}\n${gpiodetect}`);
    this.write('chip', chip);
    this.write('version', '2.2.1');
    process.env['PATH'] = `${this.bin}:${this.#wholePath}`;
  }

  #install(tool: string, commands: string): void {
    const file = join(this.bin, tool);
    writeFileSync(file, `#!/bin/sh\n${commands}\n`);
    chmodSync(file, 0o755);
  }

  dispose(): void {
    process.env['PATH'] = this.#wholePath;
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(file: string, words: string): void {
    writeFileSync(join(this.folder, file), words);
  }

  /** Empty where it was never written. */
  read(file: string): string {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  }

  /** The level that the outside gives an input. */
  pull(line: number, direction: 'up' | 'down'): void {
    this.write(`${line}.pull`, `pull-${direction}`);
  }

  /** Whether some process holds the line. */
  held(line: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(`\0${this.folder}/${line}`);
      socket.on('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
      socket.on('end', () => resolve(false));
    });
  }

  /** Our children that run its tools: process id and command line. */
  tools(): { readonly pid: number; readonly command: string }[] {
    return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== '')
      .map((pid) => ({ pid: Number(pid), command: commandLine(pid) }))
      .filter(({ command }) => command.includes(`${this.folder} `));
  }

  /** As the kernel does when memory is short. */
  killTools(): void {
    for (const { pid } of this.tools()) process.kill(pid, 'SIGKILL');
  }

  /** Takes the line as a driver would; the returned function gives it back. */
  occupy(line: number, consumer: string): Promise<() => Promise<void>> {
    this.write(`${line}.consumer`, consumer);
    const server = createServer((asked) => asked.end('held'));
    const release = () => new Promise<void>((resolve) => server.close(() => resolve()));
    return new Promise((resolve) => server.listen(`\0${this.folder}/${line}`, () => resolve(release)));
  }
}
