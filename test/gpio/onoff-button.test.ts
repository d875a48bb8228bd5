import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Button } from '../../src/core/ports.ts';
import { createOnoffButton } from '../../src/gpio/onoff-button.ts';
import { describeButton } from '../contracts/button.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeOnoff, type FakeOnoff } from '../fakes/fake-onoff.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

const soon = { timeout: 120_000, interval: 5 };
const base = 512;
const line = { base, gpio: 17, debounceMs: 100 };

for (const activeLow of [true, false]) {
  describeButton(`onoff, ${activeLow ? 'to ground' : 'to 3.3 V'}, on a virtual chip`, () => {
    const chip = new VirtualChip();
    const onoff = createFakeOnoff(chip, base);
    const pull = (down: boolean): void => chip.pull(17, down === activeLow ? 'down' : 'up');
    pull(false);
    return Promise.resolve({
      button: createOnoffButton(onoff, { ...line, activeLow }, createFakeLog()),
      press: () => pull(true),
      release: () => pull(false),
      debounceMs: line.debounceMs,
      bounce: (ending) => {
        for (let change = 0; change < 6; change += 1) pull(change % 2 === 0);
        pull(ending === 'pressed');
      },
      watched: () => Promise.resolve(onoff.exported.has(17)),
      occupy: () => {
        onoff.refuse('EBUSY');
        return Promise.resolve(() => {
          onoff.refuse(undefined);
          return Promise.resolve();
        });
      },
      dispose: () => {
        chip.dispose();
        return Promise.resolve();
      },
    });
  });
}

describe('a button on sysfs', () => {
  let chip: VirtualChip;
  let onoff: FakeOnoff;
  let button: Button;
  let failures: string[];
  beforeEach(() => {
    chip = new VirtualChip();
    chip.pull(17, 'up');
    onoff = createFakeOnoff(chip, base);
    button = createOnoffButton(onoff, { ...line, activeLow: true }, createFakeLog());
    failures = [];
  });
  afterEach(async () => {
    await button.stop();
    chip.dispose();
  });

  const start = (): Promise<void> =>
    button.start({ pressed: () => undefined, failed: ({ code }) => failures.push(code) });
  const failed = (): Promise<void> => vi.waitFor(() => expect(failures).toHaveLength(1), soon);

  it.each([
    { code: 'EBUSY', failure: 'line-busy' },
    { code: 'EACCES', failure: 'line-denied' },
    { code: 'ENOENT', failure: 'line-unexported' },
    { code: 'EINVAL', failure: 'line-missing' },
    { code: 'EIO', failure: 'line-failed' },
  ])('fails after start has returned: $code is $failure', async ({ code, failure }) => {
    onoff.refuse(code);
    start();
    expect(failures).toEqual([]);
    await failed();
    expect(failures).toEqual([failure]);
  });

  it('fails once when the pin is unexported while it is watched', async () => {
    await start();
    onoff.refuse('ENODEV');
    chip.pull(17, 'down');
    await failed();
    chip.pull(17, 'up');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(failures).toEqual(['line-unexported']);
  });

  it('does not read the pin when it was stopped during the debounce', async () => {
    await start();
    const thrown: unknown[] = [];
    const note = (error: unknown): void => {
      thrown.push(error);
    };
    process.on('uncaughtException', note);
    chip.pull(17, 'down');
    // During the debounce onoff would throw out of its own timer when it is closed.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await button.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.off('uncaughtException', note);
    expect({ thrown, failures }).toEqual({ thrown: [], failures: [] });
  });
});
