// The cleanup runs with every end of the work. Signals are emitted to the listeners and not sent: they would end the
// tests.

import { describe, expect, test } from 'vitest';
import { Interrupted, withCleanup } from '../../src/doctor/with-cleanup.ts';

const events = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const listeners = (): unknown[] => [
  ...events.map((event) => process.listeners(event)),
  process.hasUncaughtExceptionCaptureCallback(),
];
const endless = (): Promise<string> => new Promise(() => undefined);

describe('the cleanup runs', () => {
  const run = async (work: () => Promise<string>, trigger: () => void = () => undefined) => {
    const before = listeners();
    const seen: string[] = [];
    const end = withCleanup(work, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push('cleanup');
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
    expect(await run(() => Promise.resolve('done'))).toEqual(['cleanup', 'done']);
  });

  test('after work that failed', async () => {
    const fails = (): Promise<string> => Promise.reject(new Error('broken'));
    expect(await run(fails)).toEqual(['cleanup', 'Error: broken']);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('after %s', async (signal) => {
    expect(await run(endless, () => process.emit(signal, signal))).toEqual([
      'cleanup',
      `Error: Ended by ${signal}.`,
    ]);
  });

  test('after an uncaught error', async () => {
    const fail = (): void =>
      void setImmediate(() => {
        throw new Error('uncaught');
      });
    expect(await run(endless, fail)).toEqual(['cleanup', 'Error: uncaught']);
  });
});

test('a second Ctrl-C waits for the cleanup', async () => {
  let finish: () => void = () => undefined;
  const ended = withCleanup(endless, () => new Promise<void>((resolve) => (finish = resolve)));
  process.emit('SIGINT', 'SIGINT');
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.listenerCount('SIGINT')).toBeGreaterThan(0);
  process.emit('SIGINT', 'SIGINT');
  finish();
  await expect(ended).rejects.toMatchObject({ signal: 'SIGINT' });
  await expect(ended).rejects.toBeInstanceOf(Interrupted);
});

test('a cleanup that fails restores the listeners too', async () => {
  const before = listeners();
  const ended = withCleanup(
    () => Promise.resolve('done'),
    () => Promise.reject(new Error('stuck')),
  );
  await expect(ended).rejects.toThrow('stuck');
  expect(listeners()).toEqual(before);
});
