// The Wi-Fi. Its power saving delays packets by a tenth of a second and more, and makes a Pi hard to reach; a
// weak signal makes replies stutter. Without Wi-Fi, or on a cable, both checks are skipped.

import { type CheckId, createCheck, type Finding, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const WEAK_DBM = -75;

/** The name of the first wireless interface that is up, or a skip. */
const wirelessInterface = async (machine: Machine): Promise<string | Finding> => {
  let none = skip('no-wifi', 'there is no Wi-Fi');
  for (const name of await machine.names('/sys/class/net')) {
    const inside = await machine.names(`/sys/class/net/${name}`);
    if (!inside.includes('wireless') && !inside.includes('phy80211')) continue;
    if ((await machine.text(`/sys/class/net/${name}/operstate`)) === 'up') return name;
    none = skip('wifi-not-in-use', `${name} is not in use`);
  }
  return none;
};

const unknown = (name: string): Finding => skip('wifi-unknown', `${name} does not report it`);

const judgePowerSaving = async (machine: Machine, name: string): Promise<Finding> => {
  const { code, stdout } = await machine.run('iw', ['dev', name, 'get', 'power_save']);
  if (code === 127) return skip('iw-missing', 'the program iw is missing: sudo apt install iw');
  const state = /Power save: (\w+)/.exec(stdout)?.[1];
  if (state === undefined) return unknown(name);
  if (state === 'off') return pass('wifi-power-saving-off', `${name}, off`);
  // Not by its name, which is often that of the network: people show this report to others.
  const connection = `"$(nmcli -g GENERAL.CONNECTION device show ${name})"`;
  const remedy =
    `Until the next boot: sudo iw dev ${name} set power_save off; permanently: ` +
    `sudo nmcli connection modify ${connection} 802-11-wireless.powersave 2`;
  return warn('wifi-power-saving-on', `${name}, on`, remedy);
};

const signalOf = async (machine: Machine, name: string): Promise<number | undefined> => {
  const { stdout } = await machine.run('iw', ['dev', name, 'link']);
  const linked = /signal: (-?\d+) dBm/.exec(stdout)?.[1];
  if (linked !== undefined) return Number(linked);
  // Status, quality, level: "wlan0: 0000   58.  -52.  -256 ...".
  const table = (await machine.text('/proc/net/wireless')) ?? '';
  const level = new RegExp(`^\\s*${name}:\\s+\\S+\\s+\\S+\\s+(-?\\d+)`, 'm').exec(table)?.[1];
  return level === undefined ? undefined : Number(level);
};

const judgeSignal = async (machine: Machine, name: string): Promise<Finding> => {
  const dbm = await signalOf(machine, name);
  if (dbm === undefined) return unknown(name);
  if (dbm >= WEAK_DBM) return pass('wifi-signal-good', `${name}, ${dbm} dBm`);
  const remedy = 'Move it nearer to the access point, or use a cable.';
  return warn('wifi-signal-weak', `${name}, ${dbm} dBm, weak`, remedy);
};

type Judge = (machine: Machine, name: string) => Promise<Finding>;

const wifiCheck = (id: CheckId, judge: Judge) => (machine: Machine) =>
  createCheck(id, async () => {
    const found = await wirelessInterface(machine);
    return typeof found === 'string' ? judge(machine, found) : found;
  });

export const wifiPowerCheck = wifiCheck('wifi-power-saving', judgePowerSaving);
export const wifiSignalCheck = wifiCheck('wifi-signal', judgeSignal);
