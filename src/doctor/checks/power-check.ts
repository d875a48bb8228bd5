// Power and heat, as the firmware of a Pi saw them: too thin a cable or supply is the commonest reason for
// sound cards that vanish. The low bits are now, the same bits sixteen higher are since the last boot.

import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const troubles = [
  { bit: 0, words: 'undervoltage', remedy: "Use the Pi's own power supply and a short, thick cable." },
  { bit: 1, words: 'slowed down', remedy: 'Better power or better cooling.' },
  { bit: 2, words: 'throttled', remedy: 'Better power or better cooling.' },
  { bit: 3, words: 'too hot', remedy: 'Give it air or a heat sink.' },
] as const;

const sinceBootShift = 16;
const undervoltageNow = 1;

const judge = (bits: number): Finding => {
  const now = troubles.filter(({ bit }) => (bits >> bit) & 1);
  const before = troubles.filter(({ bit }) => (bits >> (bit + sinceBootShift)) & 1 && !((bits >> bit) & 1));
  const all = [...now, ...before];
  if (all.length === 0) return pass('no undervoltage, no throttling since the last boot');
  const list = (some: readonly { words: string }[]): string => some.map(({ words }) => words).join(', ');
  const detail = [
    now.length > 0 ? `now: ${list(now)}` : '',
    before.length > 0 ? `since the last boot: ${list(before)}` : '',
  ].filter((part) => part !== '');
  const remedy = [...new Set(all.map((trouble) => trouble.remedy))][0] ?? '';
  return bits & undervoltageNow ? fail(detail.join('; '), remedy) : warn(detail.join('; '), remedy);
};

const driver = '/sys/bus/platform/drivers/raspberrypi-firmware';

/** The bits, from wherever this model and this user can have them. */
const throttled = async (machine: Machine): Promise<number | undefined> => {
  const { code, output } = await machine.run('vcgencmd', ['get_throttled']);
  const told = /^throttled=0x([0-9a-f]+)/i.exec(output)?.[1];
  if (code === 0 && told !== undefined) return Number.parseInt(told, 16);
  for (const name of await machine.names(driver)) {
    const text = await machine.text(`${driver}/${name}/get_throttled`);
    if (text !== undefined && /^(0x)?[0-9a-f]+$/i.test(text)) return Number.parseInt(text, 16);
  }
  return undefined;
};

export const powerCheck = (machine: Machine): Check => ({
  id: 'power',
  title: 'Power',
  run: async () => {
    const model = await machine.text('/proc/device-tree/model');
    if (model?.includes('Raspberry Pi') !== true) return skip('only a Raspberry Pi can tell');
    const bits = await throttled(machine);
    return bits === undefined
      ? skip('the firmware does not tell this user: run this with sudo')
      : judge(bits);
  },
});
