// Room: on the disks that Parley and its log need, and in memory.

import { stat, statfs } from 'node:fs/promises';
import { type Check, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const mb = 1_000_000;
const littleDisk = 300 * mb;
const noDisk = 50 * mb;
const littleMemory = 64 * mb;

const inWords = (bytes: number): string =>
  bytes < 1000 * mb ? `${Math.round(bytes / mb)} MB` : `${(bytes / mb / 1000).toFixed(1)} GB`;

interface Disk {
  readonly path: string;
  readonly free: number;
  readonly size: number;
}

/** The disks beneath these folders, each once; what is not there is left out. */
const disksBeneath = async (folders: readonly string[]): Promise<Disk[]> => {
  const disks = new Map<number, Disk>();
  for (const path of folders) {
    try {
      const [{ dev }, { bsize, bavail, blocks }] = await Promise.all([stat(path), statfs(path)]);
      if (!disks.has(dev)) disks.set(dev, { path, free: bavail * bsize, size: blocks * bsize });
    } catch {
      // Not there, or not for this user to see; the root always is.
    }
  }
  return [...disks.values()];
};

export const diskCheck = (folders: readonly string[] = ['/', '/opt', '/var/log']): Check => ({
  id: 'disk',
  title: 'Disk space',
  run: async () => {
    const disks = await disksBeneath(folders);
    if (disks.length === 0) return skip('it cannot be told here');
    const detail = disks
      .map(({ path, free, size }) => `${path}: ${inWords(free)} free of ${inWords(size)}`)
      .join('; ');
    const least = Math.min(...disks.map(({ free }) => free));
    const remedy = 'Make room: sudo apt clean; sudo journalctl --vacuum-size=50M';
    if (least < noDisk) return fail(detail, remedy);
    return least < littleDisk ? warn(detail, remedy) : pass(detail);
  },
});

export const memoryCheck = (machine: Machine): Check => ({
  id: 'memory',
  title: 'Memory',
  run: async () => {
    const text = (await machine.text('/proc/meminfo')) ?? '';
    const [available, total] = ['MemAvailable', 'MemTotal'].map(
      (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024,
    );
    if (!available || !total) return skip('it cannot be told here');
    const detail = `${inWords(available)} available of ${inWords(total)}`;
    return available < littleMemory
      ? warn(detail, 'End what is not needed; a desktop takes most of it.')
      : pass(detail);
  },
});
