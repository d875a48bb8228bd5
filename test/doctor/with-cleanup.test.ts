// What the doctor changed is put back, however it ends. The signals and errors are told to the listeners, and
// not sent: they would end the tests.

import { describe, expect, test } from 'vitest';
import { guarded, Interrupted } from '../../src/doctor/with-cleanup.ts';

const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const;
const listeners = (): unknown[] => events.map((event) => process.listeners(event as 'SIGINT'));
const forEver = (): Promise<string> => new Promise(() => undefined);

describe('putting back', () => {
  const run = async (work: () => Promise<string>, trigger: () => void = () => undefined) => {
    const before = listeners();
    const seen: string[] = [];
    const end = guarded(work, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push('put back');
    }).then(
      (result) => seen.push(result),
      (error: unknown) => seen.push(String(error)),
    );
    trigger();
    await end;
    expect(listeners()).toEqual(before);
    return seen;
  };

  test('after the work', async () => {
    expect(await run(() => Promise.resolve('done'))).toEqual(['put back', 'done']);
  });

  test('after work that failed', async () => {
    const fails = (): Promise<string> => Promise.reject(new Error('broken'));
    expect(await run(fails)).toEqual(['put back', 'Error: broken']);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('at %s', async (signal) => {
    expect(await run(forEver, () => process.emit(signal, signal))).toEqual([
      'put back',
      `Error: Ended by ${signal}.`,
    ]);
  });

  test('at an error that belongs to nobody', async () => {
    const stray = (): boolean => process.emit('uncaughtException', new Error('stray'));
    expect(await run(forEver, stray)).toEqual(['put back', 'Error: stray']);
  });
});

test('a second Ctrl-C waits until everything is put back', async () => {
  let finish: () => void = () => undefined;
  const ended = guarded(forEver, () => new Promise<void>((resolve) => (finish = resolve)));
  process.emit('SIGINT', 'SIGINT');
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.listenerCount('SIGINT')).toBeGreaterThan(0);
  process.emit('SIGINT', 'SIGINT');
  finish();
  await expect(ended).rejects.toMatchObject({ signal: 'SIGINT' });
  await expect(ended).rejects.toBeInstanceOf(Interrupted);
});

test('where putting back fails, the listeners are as they were all the same', async () => {
  const before = listeners();
  const ended = guarded(
    () => Promise.resolve('done'),
    () => Promise.reject(new Error('stuck')),
  );
  await expect(ended).rejects.toThrow('stuck');
  expect(listeners()).toEqual(before);
});
