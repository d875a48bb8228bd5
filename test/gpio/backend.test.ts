import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseGpio, createButton, createLight } from '../../src/gpio/backend.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeOnoff, type FakeOnoff } from '../fakes/fake-onoff.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

const soon = { timeout: 120_000, interval: 5 };

describe('choosing a backend', () => {
  let chip: VirtualChip;
  let onoff: FakeOnoff;
  beforeEach(() => {
    chip = new VirtualChip();
    onoff = createFakeOnoff(chip, 520);
  });
  afterEach(() => chip.dispose());

  const withSysfs = (): void => {
    mkdirSync(join(chip.folder, 'sys', 'gpiochip520'), { recursive: true });
    chip.write('sys/gpiochip520/label', 'pinctrl-bcm2711');
    chip.write('sys/gpiochip520/base', '520');
  };
  const choose = (
    options: Parameters<typeof chooseGpio>[0],
    loadOnoff: () => Promise<FakeOnoff> = () => Promise.resolve(onoff),
  ) => chooseGpio(options, join(chip.folder, 'sys'), loadOnoff);
  const auto = { backend: 'auto', chip: 'auto' } as const;

  it('takes the character device where possible', async () => {
    withSysfs();
    expect(await choose(auto)).toEqual({ backend: 'gpiod', chip: '/dev/gpiochip0' });
  });

  it('takes sysfs where the tools are too old, or where configured', async () => {
    withSysfs();
    expect(await choose({ ...auto, backend: 'onoff' })).toMatchObject({
      backend: 'onoff',
      base: 520,
    });
    chip.write('version', '1.6.3');
    expect(await choose(auto)).toMatchObject({ backend: 'onoff', base: 520 });
  });

  it('gives the reason of each backend where there is none', async () => {
    chip.write('version', '1.6.3');
    await expect(choose(auto)).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.stringMatching(/gpiod: .* too old, .*; onoff: this kernel has no /),
    });
    await expect(choose({ ...auto, backend: 'gpiod' })).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.not.stringContaining('onoff'),
    });
  });

  it('gives the reason where the package onoff is missing', async () => {
    withSysfs();
    const loadOnoff = () => Promise.reject(new Error('The package onoff is broken.'));
    await expect(choose({ ...auto, backend: 'onoff' }, loadOnoff)).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.stringContaining('(onoff: The package onoff is broken)'),
    });
  });

  it.each(['auto', 'onoff'] as const)('makes a button and a light that work: %s', async (backend) => {
    withSysfs();
    chip.pull(17, 'up');
    const log = createFakeLog();
    const pins = { backend, chip: 'auto', activeLow: true };
    const button = await createButton({ ...pins, gpio: 17, debounceMs: 10 }, log, choose);
    const light = await createLight({ ...pins, gpio: 27 }, log, choose);
    let presses = 0;
    await button.start({
      pressed: () => {
        presses += 1;
      },
      failed: ({ sentence }) => expect.fail(sentence),
    });
    if (backend === 'auto') await vi.waitFor(async () => expect(await chip.held(17)).toBe(true), soon);
    chip.pull(17, 'down');
    await vi.waitFor(() => expect(presses).toBe(1), soon);
    light.show('solid');
    await vi.waitFor(() => expect(chip.read('27.level')).toBe('0'), soon);
    await Promise.all([button.stop(), light.stop()]);
    expect(chip.read('27.level')).toBe('1');
  });

  it('makes a button and a light that do nothing, for the backend none', async () => {
    const pins = { backend: 'none', chip: 'auto', gpio: 17, activeLow: true } as const;
    const button = await createButton({ ...pins, debounceMs: 10 }, createFakeLog(), choose);
    const light = await createLight(pins, createFakeLog(), choose);
    button.start({ pressed: () => expect.fail('pressed'), failed: ({ sentence }) => expect.fail(sentence) });
    light.show('solid');
    await Promise.all([button.stop(), light.stop()]);
    expect(chip.read('17.level')).toBe('');
  });
});
