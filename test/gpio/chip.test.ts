import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findGpiodChip, findSysfsChip, parseGpiodetect, pickChip } from '../../src/gpio/chip.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';
import { childrenNamed } from '../rigs/processes.ts';

const pi5 = `gpiochip10 [gpio-brcmstb@107d508500] (32 lines)
gpiochip11 [gpio-brcmstb@107d517c00] (17 lines)
gpiochip0 [pinctrl-rp1] (54 lines)
`;
const pi4 = `gpiochip0 [pinctrl-bcm2711] (58 lines)
gpiochip1 [raspberrypi-exp-gpio] (8 lines)
`;

describe('picking a chip', () => {
  it.each([
    { output: pi5, wanted: 'auto', name: 'gpiochip0' },
    { output: pi4, wanted: 'auto', name: 'gpiochip0' },
    { output: pi4, wanted: 'raspberrypi-exp-gpio', name: 'gpiochip1' },
    { output: pi5, wanted: 'gpiochip11', name: 'gpiochip11' },
    { output: pi5, wanted: '/dev/gpiochip10', name: 'gpiochip10' },
    { output: pi4, wanted: 'pinctrl-rp1', name: undefined },
    { output: 'gpiochip0 [INT34C6:00] (463 lines)\n', wanted: 'auto', name: undefined },
    { output: '', wanted: 'auto', name: undefined },
  ])('$wanted is $name', ({ output, wanted, name }) => {
    expect(pickChip(parseGpiodetect(output), wanted)?.name).toBe(name);
  });
});

describe('the chip of the character device', () => {
  let chip: VirtualChip;
  beforeEach(() => {
    chip = new VirtualChip();
  });
  afterEach(() => chip.dispose());

  it('is found by its label', async () => {
    expect(await findGpiodChip('auto')).toEqual({ chip: { name: 'gpiochip0', label: 'pinctrl-bcm2711' } });
  });

  it('is found through a link', async () => {
    const link = join(chip.folder, 'gpiochip4');
    writeFileSync(join(chip.folder, 'gpiochip0'), '');
    symlinkSync(join(chip.folder, 'gpiochip0'), link);
    expect(await findGpiodChip(link)).toMatchObject({ chip: { name: 'gpiochip0' } });
  });

  it('needs the tools of version 2', async () => {
    chip.write('version', '1.6.3');
    expect(await findGpiodChip('auto')).toMatchObject({
      code: 'tools-too-old',
      reason: expect.stringContaining('v1.6.3'),
    });
  });

  it('is missing where the tools are missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    expect(await findGpiodChip('auto')).toMatchObject({ code: 'tools-missing' });
    process.env['PATH'] = path;
  });

  it.each([
    { story: 'the version', script: '[ "$1" = --version ] || exit 0; exec sleep 1000' },
    {
      story: 'the list',
      script: '[ "$1" = --version ] && echo "gpiodetect (libgpiod) v2.2.1" || exec sleep 1000',
    },
  ])('is unknown where a tool does not answer: $story', async ({ script }) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    chip.write('bin/gpiodetect', `#!/bin/sh\n${script}\n`);
    const found = findGpiodChip('auto');
    while (childrenNamed('sleep').length === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(10_000);
    expect(await found).toEqual({
      code: 'tools-timed-out',
      reason: 'gpiodetect did not end within 10 s',
    });
    vi.useRealTimers();
  });

  it('lists the chips that exist, where none matches', async () => {
    chip.write('chip', 'gpiochip0 INT34C6:00 463');
    expect(await findGpiodChip('auto')).toMatchObject({
      code: 'chip-not-found',
      reason: expect.stringMatching(/pinctrl-rp1, .*gpiochip0 \[INT34C6:00\]/),
    });
    chip.write('chip', '');
    expect(await findGpiodChip('pinctrl-x')).toMatchObject({
      code: 'chip-not-found',
      reason: expect.stringContaining('pinctrl-x'),
    });
  });

  it('reports a missing permission', async () => {
    chip.write('denied', '');
    expect(await findGpiodChip('auto')).toMatchObject({ code: 'chips-denied' });
  });
});

describe('the chip of sysfs', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-sysfs-'));
    writeFileSync(join(root, 'export'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const add = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(root, name));
    for (const [file, words] of Object.entries(files)) writeFileSync(join(root, name, file), `${words}\n`);
  };

  it('has the base that is written there', () => {
    add('gpiochip512', { label: 'raspberrypi-exp-gpio', base: '512', ngpio: '8' });
    add('gpiochip520', { label: 'pinctrl-bcm2835', base: '520', ngpio: '54' });
    add('chip0', { label: 'pinctrl-bcm2835', ngpio: '54' });
    const chip = { name: 'gpiochip520', label: 'pinctrl-bcm2835', base: 520 };
    expect(findSysfsChip(root, 'auto')).toEqual({ chip });
    expect(findSysfsChip(root, 'gpiochip520')).toEqual({ chip });
  });

  it('may be one that onoff cannot use', () => {
    add('chip0', { label: 'pinctrl-bcm2835', ngpio: '54' });
    expect(findSysfsChip(root, 'auto')).toMatchObject({ code: 'sysfs-layout-unknown' });
  });

  it('may be missing, with all of sysfs or alone', () => {
    expect(findSysfsChip(join(root, 'gone'), 'auto')).toMatchObject({ code: 'sysfs-missing' });
    expect(findSysfsChip(root, 'auto')).toMatchObject({ code: 'chip-not-found' });
  });
});
