// The clock. A Pi has no battery for it; until the network has set it, every certificate looks expired or not
// yet valid. systemd's answer is compared with the Date header of an HTTP answer of the service. That request
// carries no key and accepts any certificate, because only its Date is used.

import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { formatDuration } from '../../core/format-duration.ts';
import type { Clock } from '../../core/ports.ts';
import { type Check, createCheck, fail, pass, skip, warn } from '../check.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { Machine } from './machine.ts';

const ANSWER_LIMIT_MS = 4000;
/** A Date has whole seconds, and the answer takes time. */
const EXACT_MS = 60_000;
const MAX_DIFFERENCE_MS = 600_000;

/** How far our clock is ahead of the service's, in milliseconds; undefined where the service sends no date. */
const clockAhead = async (url: string, clock: Clock | undefined): Promise<number | undefined> => {
  const address = url.replace(/^ws/, 'http');
  const send = address.startsWith('https:') ? requestTls : requestPlain;
  const request = send(new URL('/', address), { method: 'HEAD', agent: false, rejectUnauthorized: false });
  const answer = new Promise<number | undefined>((resolve) => {
    for (const event of ['error', 'upgrade']) request.on(event, () => resolve(undefined));
    request.on('response', ({ headers }) => {
      const date = Date.parse(headers.date ?? '');
      resolve(Number.isNaN(date) ? undefined : Date.now() - date);
    });
  });
  request.end();
  return withTimeLimit(answer, ANSWER_LIMIT_MS, () => undefined, clock).finally(() => request.destroy());
};

const isSynchronised = async (machine: Machine): Promise<boolean | undefined> => {
  if ((await machine.text('/run/systemd/timesync/synchronized')) !== undefined) return true;
  const args = ['show', '--property=NTPSynchronized', '--value'];
  const { code, stdout } = await machine.run('timedatectl', args);
  return code === 0 ? stdout.trim() === 'yes' : undefined;
};

const remedy = 'Let the network set it: sudo timedatectl set-ntp true';

/** @param url of the service; undefined: nothing is sent to it */
export const clockCheck = (machine: Machine, url: string | undefined, clock?: Clock): Check =>
  createCheck('clock', async () => {
    const ahead = url === undefined ? undefined : await clockAhead(url, clock);
    const synchronised = await isSynchronised(machine);
    const difference = formatDuration(Math.abs(ahead ?? 0), 1);
    if (ahead !== undefined && Math.abs(ahead) > EXACT_MS) {
      const detail = `${difference} ${ahead < 0 ? 'behind' : 'ahead of'} the service`;
      return Math.abs(ahead) > MAX_DIFFERENCE_MS
        ? fail('clock-wrong', detail, `A wrong clock makes every certificate invalid. ${remedy}`)
        : warn('clock-inexact', detail, remedy);
    }
    const agrees = ahead === undefined ? '' : `, agrees with the service to ${difference}`;
    if (synchronised === true) return pass('clock-synchronised', `synchronised${agrees}`);
    if (synchronised === false) return warn('clock-not-synchronised', `not synchronised${agrees}`, remedy);
    if (ahead !== undefined) return pass('clock-agrees', agrees.slice(2));
    return skip('clock-unknown', 'cannot be compared: no systemd, no service');
  });
