import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notifier } from '../../src/core/ports.ts';
import { createNotifier, type NotifierOptions } from '../../src/system/systemd-notifier.ts';
import { describeNotifier } from '../contracts/notifier.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { type ServiceManager, startServiceManager } from '../fakes/service-manager.ts';

/** Nothing is secret, and all works. */
const quiet: NotifierOptions = { mask: (text) => text, problem: () => undefined };
const soon = { timeout: 120_000, interval: 5 };

describeNotifier('systemd', async () => {
  const manager = await startServiceManager();
  return {
    notifier: createNotifier({ NOTIFY_SOCKET: manager.socket }, createFakeLog(), quiet),
    heard: manager.heard,
    dispose: manager.stop,
  };
});

describe('systemd-notifier', () => {
  let manager: ServiceManager;
  let log: FakeLog;
  let notifier: Notifier;
  beforeEach(async () => {
    manager = await startServiceManager();
    log = createFakeLog();
  });
  afterEach(async () => {
    await notifier.stop();
    await manager.stop();
  });

  const create = (
    environment: Readonly<Record<string, string>>,
    options: Partial<NotifierOptions> = {},
  ): void => {
    notifier = createNotifier({ NOTIFY_SOCKET: manager.socket, ...environment }, log, {
      ...quiet,
      ...options,
    });
  };
  const watchdogFeeds = (): number => manager.heard().filter(([line]) => line === 'WATCHDOG=1').length;
  const hears = (line: string): Promise<void> =>
    vi.waitFor(() => expect(manager.heard().flat()).toContain(line), soon);

  it('feeds the watchdog from READY to stop', async () => {
    create({ WATCHDOG_USEC: '300000', WATCHDOG_PID: String(process.pid) });
    notifier.ready();
    await vi.waitFor(() => expect(watchdogFeeds()).toBeGreaterThan(2), soon);
    notifier.status('Listening');
    await hears('STATUS=Listening');
    await notifier.stop();
    const heard = manager.heard().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(manager.heard()).toHaveLength(heard);
    expect(manager.heard().at(-1)).toEqual(['STOPPING=1']);
    expect(log.lines).toEqual([]);
  });

  it('stops feeding the watchdog where a problem lasts, and logs it once', async () => {
    let checks = 0;
    const problem = (): string => {
      checks += 1;
      return 'the microphone is on';
    };
    create({ WATCHDOG_USEC: '150000' }, { problem });
    notifier.ready();
    await vi.waitFor(() => expect(checks).toBeGreaterThan(5), soon);
    await vi.waitFor(() => expect(watchdogFeeds()).toBe(1), soon);
    expect(log.lines).toEqual([
      {
        level: 'error',
        facts: { code: 'watchdog-not-fed' },
        sentence: expect.stringContaining('(the microphone is on)'),
      },
    ]);
  });

  it('feeds the watchdog where a problem does not last until the next check, as in a change of phase', async () => {
    let checks = 0;
    const problem = (): string | undefined => {
      checks += 1;
      return checks % 2 === 0 ? 'a child is still dying' : undefined;
    };
    create({ WATCHDOG_USEC: '150000' }, { problem });
    notifier.ready();
    await vi.waitFor(() => expect(watchdogFeeds()).toBeGreaterThan(4), soon);
    expect(log.lines).toEqual([]);
  });

  it('tries a second time: a signal to the whole service may have hit systemd-notify', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-messenger-'));
    const script = `[ -e ${folder}/tried ] || { touch ${folder}/tried; kill -USR1 $$; }; PATH="\${PATH#*:}" exec systemd-notify "$@"`;
    writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    create({});
    notifier.ready();
    await hears('READY=1');
    expect(existsSync(join(folder, 'tried'))).toBe(true);
    expect(log.lines).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('masks a status, since every user can read an argument list', async () => {
    create({}, { mask: (text) => text.replaceAll('sk-secret', '[secret]') });
    notifier.ready();
    notifier.status('Failed: wrong key sk-secret\n\u001b[31mred');
    await hears('STATUS=Failed: wrong key [secret] [31mred');
  });

  it.each([
    { story: 'is for another process', environment: { WATCHDOG_USEC: '30000', WATCHDOG_PID: '1' } },
    { story: 'the manager does not expect', environment: {} },
    { story: 'has an invalid timeout', environment: { WATCHDOG_USEC: 'soon' } },
  ])('feeds no watchdog that $story', async ({ environment }) => {
    create(environment);
    notifier.ready();
    await hears('READY=1');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(manager.heard()).toEqual([['READY=1']]);
  });

  it('sends what waits in the order in which it is due: no status is overtaken by the watchdog', async () => {
    create({ WATCHDOG_USEC: '3000' });
    notifier.ready();
    notifier.status('Listening');
    await hears('WATCHDOG=1');
    expect(manager.heard().flat().slice(0, 2)).toEqual(['READY=1', 'STATUS=Listening']);
    notifier.status('Thinking');
    await hears('STATUS=Thinking');
  });

  it('leaves the environment of Parley as it was', async () => {
    const environment = process.env;
    create({});
    notifier.ready();
    expect(process.env).toBe(environment);
    await hears('READY=1');
    expect(process.env['NOTIFY_SOCKET']).toBeUndefined();
  });

  it('warns once, and goes on, where messages cannot be sent', async () => {
    create({ NOTIFY_SOCKET: '/nonexistent/notify', WATCHDOG_USEC: '60000' });
    notifier.ready();
    notifier.status('Listening');
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), soon);
    notifier.status('Thinking');
    await notifier.stop();
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { code: 'systemd-not-notified' } }]);
  });

  it('stops although the manager does not answer', async () => {
    create({});
    notifier.ready();
    await hears('READY=1');
    manager.hang();
    notifier.status('Listening');
    await notifier.stop();
    expect(log.lines.length).toBeLessThan(2);
  });
});

describe('a program called systemd-notify', () => {
  let folder: string;
  const path = process.env['PATH'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-notify-'));
    const program = join(folder, 'systemd-notify');
    const slow = 'case "$1" in --ready) sleep 0.2 ;; esac';
    writeFileSync(program, `#!/bin/sh\n${slow}\necho "$@" >>${folder}/said\nenv >>${folder}/environment\n`);
    chmodSync(program, 0o755);
    process.env['PATH'] = `${folder}:${path}`;
    process.env['OPENAI_API_KEY'] = 'sk-secret';
  });
  afterEach(() => {
    process.env['PATH'] = path;
    delete process.env['OPENAI_API_KEY'];
    rmSync(folder, { recursive: true });
  });
  const said = (): string => (existsSync(`${folder}/said`) ? readFileSync(`${folder}/said`, 'utf8') : '');

  it('is not started without NOTIFY_SOCKET, and neither is a timer', async () => {
    vi.useFakeTimers();
    const notifier = createNotifier({ WATCHDOG_USEC: '3000', NOTIFY_SOCKET: '' }, createFakeLog(), quiet);
    notifier.ready();
    notifier.status('Ready');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await notifier.stop();
    expect(said()).toBe('');
  });

  it('gets STOPPING=1 only after the message before has been sent', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog(), quiet);
    notifier.ready();
    await notifier.stop();
    expect(said()).toBe(`--ready --pid=${process.pid}\nSTOPPING=1\n`);
  });

  it('gets STOPPING=1 last, and what waited is dropped', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog(), quiet);
    notifier.ready();
    notifier.status('Late');
    const stopped = notifier.stop();
    notifier.status('Too late');
    await stopped;
    // Time for a message that must not be sent.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(said()).toBe(`--ready --pid=${process.pid}\nSTOPPING=1\n`);
  });

  it('leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const environment = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '3000000' };
    const notifier = createNotifier(environment, createFakeLog(), quiet);
    notifier.ready();
    expect(vi.getTimerCount()).toBe(1);
    await notifier.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('gets the socket, the process id of Parley, and no secret', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog(), quiet);
    notifier.ready();
    notifier.status('Ready');
    await vi.waitFor(() => expect(said()).toContain('--status=Ready'), soon);
    await notifier.stop();
    expect(said()).toContain(`--ready --pid=${process.pid}\n`);
    expect(said()).toMatch(/STOPPING=1\n$/);
    const environment = readFileSync(`${folder}/environment`, 'utf8');
    expect(environment.match(/^NOTIFY_SOCKET=\/nowhere$/gm)).toHaveLength(3);
    expect(environment).not.toContain('sk-secret');
  });
});
