// Every sentence of src/gpio, by code.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGpiodChip, findSysfsChip } from '../../src/gpio/chip.ts';
import { gpioFailure, gpioFailureCodes } from '../../src/gpio/gpio-failure.ts';
import { timeoutReason } from '../../src/gpio/gpiod-tools.ts';
import { VirtualChip } from '../fakes/virtual-chip.ts';

const failures = gpioFailureCodes.map((code) => [
  code,
  gpioFailure(code, 'GPIO 17 of CHIP', 'DETAIL').sentence,
]);

const reasons: [string, string][] = [];
const note = (found: Awaited<ReturnType<typeof findGpiodChip>>): void => {
  if ('reason' in found) reasons.push([`gpio-unavailable: ${found.code}`, found.reason]);
};

const sysfs = mkdtempSync(join(tmpdir(), 'parley-sysfs-'));
const withoutFolder = (found: ReturnType<typeof findSysfsChip>) =>
  'reason' in found ? { ...found, reason: found.reason.replace(sysfs, '/sys/class/gpio') } : found;
note(withoutFolder(findSysfsChip(join(sysfs, 'none'), 'auto')));
mkdirSync(join(sysfs, 'chip0'));
note(withoutFolder(findSysfsChip(sysfs, 'auto')));
rmSync(sysfs, { recursive: true });

const chip = new VirtualChip('gpiochip0 INT34C6:00 4');
note(await findGpiodChip('auto'));
chip.write('denied', '');
note(await findGpiodChip('auto'));
chip.write('version', '1.6.3');
note(await findGpiodChip('auto'));
rmSync(chip.bin, { recursive: true });
const path = process.env['PATH'];
process.env['PATH'] = '/nonexistent';
note(await findGpiodChip('auto'));
process.env['PATH'] = path;
chip.dispose();

reasons.push(['gpio-unavailable: tools-timed-out', timeoutReason('gpiodetect')]);

export const messages: Readonly<Record<string, string>> = Object.fromEntries([...failures, ...reasons]);
