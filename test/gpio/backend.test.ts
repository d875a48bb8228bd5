import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseGpio, createButton, createLight, type GpioPlaces } from '../../src/gpio/backend.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeOnoff } from '../fakes/fake-onoff.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

const soon = { timeout: 120_000, interval: 5 };

describe('choosing a backend', () => {
  let chip: VirtualChip;
  let places: GpioPlaces;
  beforeEach(() => {
    chip = new VirtualChip();
    const onoff = createFakeOnoff(chip, 520);
    places = { sysfs: join(chip.folder, 'sys'), loadOnoff: () => Promise.resolve(onoff) };
  });
  afterEach(() => chip.dispose());

  const withSysfs = (): void => {
    mkdirSync(join(chip.folder, 'sys', 'gpiochip520'), { recursive: true });
    chip.write('sys/gpiochip520/label', 'pinctrl-bcm2711');
    chip.write('sys/gpiochip520/base', '520');
  };
  const auto = { backend: 'auto', chip: 'auto' } as const;

  it('takes the character device where possible', async () => {
    withSysfs();
    expect(await chooseGpio(auto, places)).toEqual({ backend: 'gpiod', chip: '/dev/gpiochip0' });
  });

  it('takes sysfs where the tools are too old, or where configured', async () => {
    withSysfs();
    expect(await chooseGpio({ ...auto, backend: 'onoff' }, places)).toMatchObject({
      backend: 'onoff',
      base: 520,
    });
    chip.write('version', '1.6.3');
    expect(await chooseGpio(auto, places)).toMatchObject({ backend: 'onoff', base: 520 });
  });

  it('gives the reason of each backend where there is none', async () => {
    chip.write('version', '1.6.3');
    await expect(chooseGpio(auto, places)).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.stringMatching(/gpiod: .* too old, .*; onoff: this kernel has no /),
    });
    await expect(chooseGpio({ ...auto, backend: 'gpiod' }, places)).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.not.stringContaining('onoff'),
    });
  });

  it('gives the reason where the package onoff is missing', async () => {
    withSysfs();
    const loadOnoff = () => Promise.reject(new Error('The package onoff is broken.'));
    await expect(chooseGpio({ ...auto, backend: 'onoff' }, { ...places, loadOnoff })).rejects.toMatchObject({
      code: 'gpio-unavailable',
      message: expect.stringContaining('(onoff: The package onoff is broken)'),
    });
  });

  it.each(['auto', 'onoff'] as const)('makes a button and a light that work: %s', async (backend) => {
    withSysfs();
    chip.pull(17, 'up');
    const log = createFakeLog();
    const pins = { backend, chip: 'auto', activeLow: true };
    const button = await createButton({ ...pins, gpio: 17, debounceMs: 10 }, log, places);
    const light = await createLight({ ...pins, gpio: 27 }, log, places);
    let presses = 0;
    button.start({
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
    const button = await createButton({ ...pins, debounceMs: 10 }, createFakeLog(), places);
    const light = await createLight(pins, createFakeLog(), places);
    button.start({ pressed: () => expect.fail('pressed'), failed: ({ sentence }) => expect.fail(sentence) });
    light.show('solid');
    await Promise.all([button.stop(), light.stop()]);
    expect(chip.read('17.level')).toBe('');
  });
});
