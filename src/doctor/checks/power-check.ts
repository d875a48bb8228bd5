// Power and heat, as the firmware of a Pi measured them: a weak supply or cable is the most common reason for
// sound cards that disappear. The low bits describe the present, the same bits 16 higher the time since boot.

import { type Check, createCheck, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const supply = "Use the Pi's own power supply and a short, thick cable.";
const cooling = 'Use a better power supply or better cooling.';
const troubles = [
  { bit: 0, code: 'undervoltage', words: 'undervoltage', remedy: supply },
  { bit: 1, code: 'frequency-capped', words: 'slowed down', remedy: cooling },
  { bit: 2, code: 'throttled', words: 'throttled', remedy: cooling },
  { bit: 3, code: 'too-hot', words: 'too hot', remedy: 'Improve the air flow, or add a heat sink.' },
] as const;

const SINCE_BOOT_SHIFT = 16;
const UNDERVOLTAGE_NOW = 1;

const judge = (bits: number): Finding => {
  const now = troubles.filter(({ bit }) => (bits >> bit) & 1);
  const before = troubles.filter(({ bit }) => (bits >> (bit + SINCE_BOOT_SHIFT)) & 1 && !((bits >> bit) & 1));
  const [worst] = [...now, ...before];
  if (worst === undefined) return pass('power-good', 'no undervoltage, no throttling since the last boot');
  const list = (some: readonly { words: string }[]): string => some.map(({ words }) => words).join(', ');
  const details: string[] = [];
  if (now.length > 0) details.push(`now: ${list(now)}`);
  if (before.length > 0) details.push(`since the last boot: ${list(before)}`);
  return (bits & UNDERVOLTAGE_NOW ? fail : warn)(worst.code, details.join('; '), worst.remedy);
};

const driver = '/sys/bus/platform/drivers/raspberrypi-firmware';

/** The bits, from vcgencmd or, where that is missing or not permitted, from the kernel. */
const readThrottled = async (machine: Machine): Promise<number | undefined> => {
  const { code, stdout } = await machine.run('vcgencmd', ['get_throttled']);
  const hex = /^throttled=0x([0-9a-f]+)/i.exec(stdout)?.[1];
  if (code === 0 && hex !== undefined) return Number.parseInt(hex, 16);
  for (const name of await machine.names(driver)) {
    const text = await machine.text(`${driver}/${name}/get_throttled`);
    if (text !== undefined && /^(0x)?[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  }
  return undefined;
};

export const powerCheck = (machine: Machine): Check =>
  createCheck('power', async () => {
    const model = await machine.text('/proc/device-tree/model');
    if (model?.includes('Raspberry Pi') !== true)
      return skip('not-a-raspberry-pi', 'only a Raspberry Pi measures it');
    const bits = await readThrottled(machine);
    return bits === undefined
      ? skip('power-unknown', 'the firmware reports it to root only: run this with sudo')
      : judge(bits);
  });
