import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Button } from '../../src/core/ports.ts';
import { createGpiodButton } from '../../src/gpio/gpiod-button.ts';
import { describeButton } from '../contracts/button.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';
import { childrenOf } from '../rigs/processes.ts';

const soon = { timeout: 120_000, interval: 5 };
const line = { chip: '/dev/gpiochip0', gpio: 17, debounceMs: 100 };

for (const activeLow of [true, false]) {
  describeButton(`gpiod, ${activeLow ? 'to ground' : 'to 3.3 V'}, on a virtual chip`, () => {
    const chip = new VirtualChip();
    const pull = (down: boolean): void => chip.pull(17, down === activeLow ? 'down' : 'up');
    pull(false);
    return Promise.resolve({
      button: createGpiodButton({ ...line, activeLow }, createFakeLog()),
      press: () => pull(true),
      release: () => pull(false),
      debounceMs: line.debounceMs,
      bounce: (ending) => {
        for (let change = 0; change < 6; change += 1) pull(change % 2 === 0);
        pull(ending === 'pressed');
      },
      watched: () => chip.held(17),
      occupy: () => chip.occupy(17, 'spi0 CS0'),
      dispose: () => {
        chip.dispose();
        return Promise.resolve();
      },
    });
  });
}

describe('a button on the character device', () => {
  let chip: VirtualChip;
  let log: FakeLog;
  let button: Button;
  let presses: number;
  let failures: string[];
  beforeEach(() => {
    chip = new VirtualChip();
    chip.pull(17, 'up');
    log = createFakeLog();
    button = createGpiodButton({ ...line, activeLow: true }, log);
    presses = 0;
    failures = [];
  });
  afterEach(async () => {
    await button.stop();
    chip.dispose();
  });

  const start = (): void => {
    button.start({
      pressed: () => {
        presses += 1;
      },
      failed: ({ code }) => failures.push(code),
    });
  };
  const watched = (): Promise<void> => vi.waitFor(async () => expect(await chip.held(17)).toBe(true), soon);
  const failed = (): Promise<void> => vi.waitFor(() => expect(failures).toHaveLength(1), soon);

  it('is watched again after gpiomon was killed, and counts the next press', async () => {
    start();
    await watched();
    chip.pull(17, 'down');
    await vi.waitFor(() => expect(presses).toBe(1), soon);
    chip.killTools();
    await vi.waitFor(async () => expect(await chip.held(17)).toBe(false), soon);
    chip.pull(17, 'up');
    await watched();
    chip.pull(17, 'down');
    await vi.waitFor(() => expect(presses).toBe(2), soon);
    expect(failures).toEqual([]);
    expect(log.lines).toMatchObject([
      { level: 'warn', facts: { code: 'tool-restarted', exitCode: null, signal: 'SIGKILL' } },
    ]);
  });

  it('fails when gpiomon cannot be started again for long', async () => {
    start();
    await watched();
    chip.write('denied', '');
    chip.killTools();
    await failed();
    expect(failures).toEqual(['line-denied']);
    expect(log.lines).toHaveLength(6);
  });

  it('is not watched again when it was stopped during the wait', async () => {
    start();
    await watched();
    chip.killTools();
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), soon);
    await button.stop();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await chip.held(17)).toBe(false);
    expect(failures).toEqual([]);
  });

  it('does not fail when it was stopped while it asked who holds the line', async () => {
    const { folder } = chip;
    const children = childrenOf(process.pid);
    const release = await chip.occupy(17, 'spi0 CS0');
    chip.write(
      'bin/gpioinfo',
      `#!/bin/sh\ntouch ${folder}/asked\nwhile [ ! -e ${folder}/answer ]; do sleep 0.01; done\n`,
    );
    start();
    await vi.waitFor(() => expect(existsSync(join(folder, 'asked'))).toBe(true), soon);
    await button.stop();
    chip.write('answer', '');
    await vi.waitFor(() => expect(childrenOf(process.pid)).toEqual(children), soon);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(failures).toEqual([]);
    await release();
  });

  it.each([
    { file: 'denied', words: '', codes: ['line-denied'] },
    { file: 'chip', words: 'gpiochip1 x 4', codes: ['chip-missing'] },
    { file: 'chip', words: 'gpiochip0 x 4', codes: ['line-missing'] },
    { file: 'bin/gpiomon', words: '#!/bin/sh\nexit 9', codes: ['tool-failed'] },
    // With and without setpriv.
    { file: 'bin/gpiomon', words: '#!/nowhere', codes: ['tool-missing', 'tool-failed'] },
  ])('fails once, without a retry: $file $words', async ({ file, words, codes }) => {
    chip.write(file, words);
    start();
    await failed();
    expect(codes).toContain(failures[0]);
    expect(log.lines).toEqual([]);
  });

  it('drops a line that is too long, and goes on', async () => {
    const garbage = "head -c 1000000 /dev/zero | tr '\\0' 1";
    chip.write(
      'bin/gpiomon',
      `#!/bin/sh\necho Monitoring\n${garbage}\nprintf '\\n1\\n2\\n1\\n'\nexec sleep 60\n`,
    );
    start();
    await vi.waitFor(() => expect(presses).toBe(2), soon);
    expect(failures).toEqual([]);
  });

  it('does not ask gpiomon for a debounce of zero', async () => {
    await button.stop();
    button = createGpiodButton({ ...line, debounceMs: 0, activeLow: true }, log);
    start();
    await watched();
    chip.pull(17, 'down');
    await vi.waitFor(() => expect(presses).toBe(1), soon);
  });
});
