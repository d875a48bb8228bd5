// `parley doctor` at a terminal while the service runs: root is asked whether it may be stopped, and it is
// started again in every case. The service manager is a script that records its command lines.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTerminal, type Terminal } from '../rigs/terminal.ts';
import { until } from '../rigs/until.ts';

/** Records every command; a stop hangs where the file `slow` exists. */
const manager = (folder: string): string => `#!/bin/sh
echo "$*" >>${folder}/commands
case "$*" in
  show*) printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\nStatusText=Ready\\nNRestarts=0\\n' ;;
  stop*) [ ! -e ${folder}/slow ] || exec sleep 600 ;;
esac
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-terminal-'));
  writeFileSync(join(folder, 'systemctl'), manager(folder));
  chmodSync(join(folder, 'systemctl'), 0o755);
  // A chip that no machine has, so that the checks of the lines end at once.
  writeFileSync(
    join(folder, 'parley.toml'),
    '[realtime.headers]\n[button]\nchip = "no-such-chip"\n[light]\nchip = "no-such-chip"\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const commands = (): string[] =>
  existsSync(join(folder, 'commands'))
    ? readFileSync(join(folder, 'commands'), 'utf8')
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('show'))
    : [];

const doctor = (...words: readonly string[]): Terminal =>
  startTerminal(['doctor', '--offline', '--config', join(folder, 'parley.toml'), ...words], {
    PATH: `${folder}:${process.env['PATH']}`,
    NO_COLOR: '1',
  });

const question = 'Stop it for the test?';

describe.runIf(process.getuid?.() === 0)('for root', () => {
  test('the service is stopped and started again; the table shows its state before', async () => {
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('y\n');
    await terminal.until('not tried.');
    await terminal.ended;
    expect(commands()).toEqual(['stop parley.service', '--no-block start parley.service']);
    expect(terminal.output()).toMatch(/^pass {2}Service +active, "Ready", enabled, no restarts\r?$/m);
    expect(terminal.output()).not.toContain('\x1b[3');
    // Without its line a press cannot be seen.
    expect(terminal.output()).not.toContain('Press the button');
  });

  test('after a no the service keeps running', async () => {
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('n\n');
    await terminal.until('not tried.');
    await terminal.ended;
    expect(commands()).toEqual([]);
  });

  test('Ctrl-C during the stop: the service is started, and no internal error is reported', async () => {
    writeFileSync(join(folder, 'slow'), '');
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('y\n');
    await until(() => commands().length === 1, 'the stop');
    terminal.type('\x03');
    expect(await terminal.ended).not.toBe(0);
    expect(commands()).toEqual(['stop parley.service', '--no-block start parley.service']);
    expect(terminal.output()).not.toMatch(/fault of its own|Internal error/);
  });

  test('Ctrl-C at the question: the service keeps running, and no support file is left', async () => {
    const file = join(folder, 'support.txt');
    const terminal = doctor('--bundle', file);
    await terminal.until(question);
    expect(existsSync(file)).toBe(true);
    terminal.type('\x03');
    expect(await terminal.ended).not.toBe(0);
    expect(commands()).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});

test('--silent asks nothing', async () => {
  const terminal = doctor('--silent');
  await terminal.ended;
  expect(terminal.output()).toContain('not tried.');
  expect(terminal.output()).not.toContain('[y/n]');
  expect(commands()).toEqual([]);
});
