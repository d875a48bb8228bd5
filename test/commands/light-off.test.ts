import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lightOff } from '../../src/commands/light-off.ts';
import { Unavailable } from '../../src/core/errors.ts';
import { darken } from '../../src/gpio/backend.ts';
import { createFakeOnoff } from '../fakes/fake-onoff.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';
import { startProgram } from '../rigs/daemon.ts';

describe('parley light off', () => {
  let chip: VirtualChip;
  let folder: string;
  beforeEach(() => {
    chip = new VirtualChip();
    folder = mkdtempSync(join(tmpdir(), 'parley-light-'));
  });
  afterEach(() => {
    chip.dispose();
    rmSync(folder, { recursive: true });
  });

  const configuration = (toml: string): string => {
    const file = join(folder, 'parley.toml');
    writeFileSync(file, toml);
    return file;
  };

  it.each([
    { activeLow: false, lit: '1', dark: '0' },
    { activeLow: true, lit: '0', dark: '1' },
  ])('switches off what was left on, active low: $activeLow', async ({ activeLow, lit, dark }) => {
    chip.write('27.level', lit);
    const config = configuration(`[light]\nbackend = "gpiod"\nactive_low = ${activeLow}\n`);
    expect(await lightOff({ config })).toBe(0);
    expect(chip.read('27.level')).toBe(dark);
    expect(await chip.held(27)).toBe(false);
  });

  it('names the program that holds the line', async () => {
    const release = await chip.occupy(27, 'spi0 CS0');
    const refused = lightOff({ config: configuration('[light]\nbackend = "gpiod"\n') });
    await expect(refused).rejects.toBeInstanceOf(Unavailable);
    await expect(refused).rejects.toMatchObject({
      code: 'line-busy',
      message: expect.stringContaining('spi0 CS0'),
    });
    await release();
  });

  it.each([
    { story: 'there is no light', toml: '[light]\nbackend = "none"\n' },
    { story: 'there is no such chip', toml: '[light]\nbackend = "gpiod"\nchip = "pinctrl-none"\n' },
    { story: 'the configuration is wrong', toml: '[light]\ngpio = "red"\n' },
    { story: 'the key is missing', toml: '[light]\nbackend = "none"\n[realtime]\nkey_file = "/nowhere"\n' },
  ])('succeeds and prints nothing where $story', async ({ toml }) => {
    const program = startProgram(['light', 'off', '--config', configuration(toml)]);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output() + program.errors()).toBe('');
  });

  it('succeeds where the configuration is missing', async () => {
    expect(await lightOff({ config: join(folder, 'gone.toml') })).toBe(0);
  });
});

describe('darken, with the onoff backend', () => {
  let chip: VirtualChip;
  beforeEach(() => {
    chip = new VirtualChip();
  });
  afterEach(() => chip.dispose());

  it.each([
    { activeLow: false, lit: '1', dark: '0' },
    { activeLow: true, lit: '0', dark: '1' },
  ])('switches off and releases the pin, active low: $activeLow', async ({ activeLow, lit, dark }) => {
    const onoff = createFakeOnoff(chip, 520);
    chip.write('27.level', lit);
    await darken({ gpio: 27, activeLow }, { backend: 'onoff', base: 520, onoff });
    expect(chip.read('27.level')).toBe(dark);
    expect(onoff.exported.size).toBe(0);
  });

  it('names the pin that is in use', async () => {
    const onoff = createFakeOnoff(chip, 520);
    onoff.refuse('EBUSY');
    const refused = darken({ gpio: 27, activeLow: false }, { backend: 'onoff', base: 520, onoff });
    await expect(refused).rejects.toThrow('GPIO 27 (547 in ');
  });
});
