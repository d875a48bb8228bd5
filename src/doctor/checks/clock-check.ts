// The clock. A Pi has none that survives without power; until the network has set it, every certificate
// looks expired or not yet valid. What systemd says is held against the Date of an HTTP answer from the
// service, which is asked without a key and without trust: it says what time it is there, and no more.

import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { type Check, fail, pass, skip, warn } from '../check.ts';
import type { Machine } from './machine.ts';

const answerLimitMs = 4000;
/** A Date has whole seconds, and travels. */
const closeMs = 60_000;
const tooFarMs = 600_000;

/** How far our clock is ahead of the service's, in milliseconds; undefined where that cannot be known. */
export const clockAhead = (url: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const address = url.replace(/^ws/, 'http');
    const request = address.startsWith('https:') ? requestTls : requestPlain;
    const asked = request(new URL('/', address), {
      method: 'HEAD',
      agent: false,
      rejectUnauthorized: false,
      timeout: answerLimitMs,
    });
    const answer = (value: number | undefined): void => {
      clearTimeout(limit);
      resolve(value);
      asked.destroy();
    };
    const limit = setTimeout(() => answer(undefined), answerLimitMs);
    asked.on('error', () => answer(undefined));
    asked.on('upgrade', () => answer(undefined));
    asked.on('response', ({ headers }) => {
      const there = Date.parse(headers.date ?? '');
      answer(Number.isNaN(there) ? undefined : Date.now() - there);
    });
    asked.end();
  });

const synchronised = async (machine: Machine): Promise<boolean | undefined> => {
  if ((await machine.text('/run/systemd/timesync/synchronized')) !== undefined) return true;
  const { code, output } = await machine.run('timedatectl', [
    'show',
    '--property=NTPSynchronized',
    '--value',
  ]);
  return code === 0 ? output.trim() === 'yes' : undefined;
};

const inWords = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
};

const remedy = 'Let the network set it: sudo timedatectl set-ntp true';

export interface ClockOptions {
  readonly machine: Machine;
  /** Of the service; undefined: it must not be asked. */
  readonly url: string | undefined;
}

export const clockCheck = ({ machine, url }: ClockOptions): Check => ({
  id: 'clock',
  title: 'Clock',
  run: async () => {
    const ahead = url === undefined ? undefined : await clockAhead(url);
    const isSet = await synchronised(machine);
    const off =
      ahead === undefined ? '' : `${inWords(ahead)} ${ahead < 0 ? 'behind' : 'ahead of'} the service`;
    if (ahead !== undefined && Math.abs(ahead) > tooFarMs)
      return fail(off, `A wrong clock makes every certificate invalid. ${remedy}`);
    if (ahead !== undefined && Math.abs(ahead) > closeMs) return warn(off, `${remedy}.`);
    const agrees = ahead === undefined ? '' : `, agrees with the service to ${inWords(ahead)}`;
    if (isSet === true) return pass(`synchronised${agrees}`);
    if (isSet === false) return warn(`not synchronised${agrees}`, `${remedy}.`);
    return ahead === undefined ? skip('nobody here knows: no systemd, no service') : pass(agrees.slice(2));
  },
});
