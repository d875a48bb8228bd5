// The Wi-Fi. Its power saving holds messages back for a tenth of a second and more, and makes a Pi hard to
// reach; a weak signal makes replies stutter. A machine without Wi-Fi, or on a cable, has neither trouble.

import { type Check, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const weakDbm = -75;

/** The first wireless interface that is up. */
const wirelessOf = async (machine: Machine): Promise<{ name?: string; why: string }> => {
  let why = 'there is no Wi-Fi';
  for (const name of await machine.names('/sys/class/net')) {
    const inside = await machine.names(`/sys/class/net/${name}`);
    if (!inside.includes('wireless') && !inside.includes('phy80211')) continue;
    if ((await machine.text(`/sys/class/net/${name}/operstate`)) === 'up') return { name, why: '' };
    why = `${name} is not in use`;
  }
  return { why };
};

const missing = 'the program iw is missing: sudo apt install iw';

export const wifiPowerCheck = (machine: Machine): Check => ({
  id: 'wifi-power-saving',
  title: 'Wi-Fi power saving',
  run: async () => {
    const { name, why } = await wirelessOf(machine);
    if (name === undefined) return skip(why);
    const { code, output } = await machine.run('iw', ['dev', name, 'get', 'power_save']);
    if (code === 127) return skip(missing);
    const state = /Power save: (\w+)/.exec(output)?.[1];
    if (state === undefined) return skip(`${name} does not tell`);
    if (state === 'off') return pass(`${name}, off`);
    // Not by its name, which is often that of the network: people show this to others.
    const connection = `"$(nmcli -g GENERAL.CONNECTION device show ${name})"`;
    return warn(
      `${name}, on`,
      `Until the next boot: sudo iw dev ${name} set power_save off; for good: ` +
        `sudo nmcli connection modify ${connection} 802-11-wireless.powersave 2`,
    );
  },
});

const signalOf = async (machine: Machine, name: string): Promise<number | undefined> => {
  const { output } = await machine.run('iw', ['dev', name, 'link']);
  const linked = /signal: (-?\d+) dBm/.exec(output)?.[1];
  if (linked !== undefined) return Number(linked);
  const table = (await machine.text('/proc/net/wireless')) ?? '';
  const level = table
    .split('\n')
    .find((line) => line.trim().startsWith(`${name}:`))
    ?.trim()
    .split(/\s+/)[3];
  return level === undefined ? undefined : Number.parseInt(level, 10);
};

export const wifiSignalCheck = (machine: Machine): Check => ({
  id: 'wifi-signal',
  title: 'Wi-Fi signal',
  run: async () => {
    const { name, why } = await wirelessOf(machine);
    if (name === undefined) return skip(why);
    const dbm = await signalOf(machine, name);
    if (dbm === undefined || Number.isNaN(dbm)) return skip(`${name} does not tell`);
    return dbm < weakDbm
      ? warn(`${name}, ${dbm} dBm, weak`, 'Bring it nearer to the access point, or use a cable.')
      : pass(`${name}, ${dbm} dBm`);
  },
});
