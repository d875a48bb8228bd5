// The composition root, with real parts but for the hardware: what happens in which order while it starts.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TransitionRecord } from '../../src/assistant/observer.ts';
import { parseConfig } from '../../src/config/config.ts';
import { noCredentials } from '../../src/config/secrets.ts';
import type { Button } from '../../src/core/ports.ts';
import { type Daemon, startDaemon } from '../../src/daemon/main.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createFakeLoudspeaker } from '../fakes/fake-loudspeaker.ts';
import { createFakeMicrophone } from '../fakes/fake-microphone.ts';
import { until } from '../rigs/until.ts';

let folder = '';
let daemon: Daemon | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-main-'));
  vi.stubEnv('STATE_DIRECTORY', folder);
  mkdirSync(folder, { recursive: true });
  const eggs = { id: '1', name: 'eggs', dueAt: Date.now() - 60_000, durationMs: 60_000 };
  writeFileSync(join(folder, 'timers.json'), JSON.stringify({ version: 1, timers: [eggs] }));
});
afterEach(async () => {
  await daemon?.stop();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** @param impatient whether the button is pressed as soon as it is watched */
const start = async (impatient: boolean): Promise<TransitionRecord[]> => {
  const steps: TransitionRecord[] = [];
  const button: Button = {
    start: ({ pressed }) => {
      if (impatient) pressed();
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
  // Nothing listens there: the conversation fails at once, and what waited for its end comes then.
  const toml = '[realtime]\nurl = "ws://127.0.0.1:9/"\n[realtime.headers]\n[conversation]\nalarm_s = 1\n';
  daemon = await startDaemon({
    config: parseConfig(toml, 'f'),
    key: undefined,
    credentials: noCredentials,
    log: createFakeLog(),
    mask: (text) => text,
    replacements: {
      button,
      light: { show: () => undefined, stop: () => Promise.resolve() },
      microphone: createFakeMicrophone(),
      loudspeaker: createFakeLoudspeaker(systemClock),
    },
    observers: [{ transition: (record) => void steps.push(record) }],
    onButtonFailed: () => undefined,
  });
  return steps;
};

test('a timer that fell due while it was off rings as soon as it is loaded', async () => {
  const steps = await start(false);
  await until(() => steps.some(({ to }) => to === 'ringing'), 'the ringing');
  expect(steps.map(({ to }) => to)).toEqual(['ringing']);
});

test('a press to talk while it loads does not dismiss a timer that has not been heard', async () => {
  const steps = await start(true);
  await until(() => steps.some(({ to }) => to === 'ringing'), 'the ringing');
  expect(steps.map(({ to }) => to)).toEqual(['connecting', 'failed', 'idle', 'ringing']);
});

test('one that is stopped while it loads begins nothing', async () => {
  const steps = await start(false);
  await daemon?.stop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(steps).toEqual([]);
});
