// Free space on the disks that Parley and its log need, and available memory.

import { stat, statfs } from 'node:fs/promises';
import { type Check, createCheck, type Finding, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const MB = 1_000_000;
const LOW_DISK_BYTES = 300 * MB;
const FULL_DISK_BYTES = 50 * MB;
const LOW_MEMORY_BYTES = 64 * MB;

const formatBytes = (bytes: number): string =>
  bytes < 1000 * MB ? `${Math.round(bytes / MB)} MB` : `${(bytes / MB / 1000).toFixed(1)} GB`;

interface Disk {
  readonly path: string;
  /** In bytes, as `size`. */
  readonly free: number;
  readonly size: number;
}

/** The disks of these folders, each once; a missing folder is left out. */
const disksOf = async (folders: readonly string[]): Promise<Disk[]> => {
  const disks = new Map<number, Disk>();
  for (const path of folders) {
    try {
      const [{ dev }, { bsize, bavail, blocks }] = await Promise.all([stat(path), statfs(path)]);
      if (!disks.has(dev)) disks.set(dev, { path, free: bavail * bsize, size: blocks * bsize });
    } catch {
      // Missing, or not visible to this user; the root always is.
    }
  }
  return [...disks.values()];
};

export const judgeDisks = (disks: readonly Disk[]): Finding => {
  if (disks.length === 0) return skip('disk-unknown', 'no disk can be read here');
  const describe = ({ path, free, size }: Disk) =>
    `${path}: ${formatBytes(free)} free of ${formatBytes(size)}`;
  const detail = disks.map(describe).join('; ');
  const least = Math.min(...disks.map(({ free }) => free));
  const remedy = 'Free some space: sudo apt clean; sudo journalctl --vacuum-size=50M';
  if (least < FULL_DISK_BYTES) return fail('disk-full', detail, remedy);
  return least < LOW_DISK_BYTES ? warn('disk-low', detail, remedy) : pass('disk-sufficient', detail);
};

export const diskCheck = (folders: readonly string[] = ['/', '/opt', '/var/log']): Check =>
  createCheck('disk', async () => judgeDisks(await disksOf(folders)));

export const memoryCheck = (machine: Machine): Check =>
  createCheck('memory', async () => {
    const text = (await machine.text('/proc/meminfo')) ?? '';
    const [available, total] = ['MemAvailable', 'MemTotal'].map(
      (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024,
    );
    if (!available || !total) return skip('memory-unknown', 'the kernel does not report it');
    const detail = `${formatBytes(available)} available of ${formatBytes(total)}`;
    if (available >= LOW_MEMORY_BYTES) return pass('memory-sufficient', detail);
    return warn('memory-low', detail, 'End programs that are not needed; a desktop uses most of it.');
  });
