// `parley doctor` at a terminal, where the service runs: root is asked whether it may be stopped, and it is
// started again whatever happens. The service manager is a script that writes down what it is told.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTerminal, type Terminal } from '../rigs/terminal.ts';
import { until } from '../rigs/until.ts';

/** Written by whoever stops it, when asked to take its time. */
const manager = (folder: string): string => `#!/bin/sh
echo "$*" >>${folder}/told
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
  // A chip that no machine has: the lines are asked about, and quickly answered.
  writeFileSync(
    join(folder, 'parley.toml'),
    '[realtime.headers]\n[button]\nchip = "no-such-chip"\n[light]\nchip = "no-such-chip"\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const told = (): string[] =>
  existsSync(join(folder, 'told'))
    ? readFileSync(join(folder, 'told'), 'utf8')
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
  test('stopped, looked at, started; and the table says what was before', async () => {
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('y\n');
    await terminal.until('not tried.');
    await terminal.ended;
    expect(told()).toEqual(['stop parley.service', '--no-block start parley.service']);
    expect(terminal.output()).toMatch(/^pass {2}Service +active, "Ready", enabled, no restarts\r?$/m);
    expect(terminal.output()).not.toContain('\x1b[3');
    // There is no line to press it on.
    expect(terminal.output()).not.toContain('Press the button');
  });

  test('who says no keeps a service that runs', async () => {
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('n\n');
    await terminal.until('not tried.');
    await terminal.ended;
    expect(told()).toEqual([]);
  });

  test('Ctrl-C while it is being stopped: it is started, and nothing is called a fault', async () => {
    writeFileSync(join(folder, 'slow'), '');
    const terminal = doctor();
    await terminal.until(question);
    terminal.type('y\n');
    await until(() => told().length === 1, 'the stop');
    terminal.type('\x03');
    expect(await terminal.ended).not.toBe(0);
    expect(told()).toEqual(['stop parley.service', '--no-block start parley.service']);
    expect(terminal.output()).not.toContain('fault of its own');
  });

  test('Ctrl-C at the question, with a support file: neither is left behind', async () => {
    const file = join(folder, 'support.txt');
    const terminal = doctor('--bundle', file);
    await terminal.until(question);
    expect(existsSync(file)).toBe(true);
    terminal.type('\x03');
    expect(await terminal.ended).not.toBe(0);
    expect(told()).toEqual([]);
    expect(existsSync(file)).toBe(false);
  });
});

test('nobody is asked with --silent', async () => {
  const terminal = doctor('--silent');
  await terminal.ended;
  expect(terminal.output()).toContain('not tried.');
  expect(terminal.output()).not.toContain('[y/n]');
  expect(told()).toEqual([]);
});
