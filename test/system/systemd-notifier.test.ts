import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notifier } from '../../src/core/ports.ts';
import { createNotifier, type NotifierOptions } from '../../src/system/systemd-notifier.ts';
import { describeNotifier } from '../contracts/notifier.ts';
import { createFakeLog, type FakeLog } from '../fakes/fake-log.ts';
import { type ServiceManager, startServiceManager } from '../fakes/service-manager.ts';

const soon = { timeout: 30_000, interval: 5 };

describeNotifier('systemd', async () => {
  const manager = await startServiceManager();
  return {
    notifier: createNotifier({ NOTIFY_SOCKET: manager.socket }, createFakeLog()),
    heard: manager.heard,
    dispose: manager.stop,
  };
});

describe('the notifier of systemd', () => {
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
    notifier = createNotifier({ NOTIFY_SOCKET: manager.socket, ...environment }, log, options);
  };
  const signsOfLife = (): number => manager.heard().filter(([line]) => line === 'WATCHDOG=1').length;
  const hears = (line: string): Promise<void> =>
    vi.waitFor(() => expect(manager.heard().flat()).toContain(line), soon);

  it('feeds the watchdog from READY to stop', async () => {
    create({ WATCHDOG_USEC: '300000', WATCHDOG_PID: String(process.pid) });
    notifier.ready();
    await vi.waitFor(() => expect(signsOfLife()).toBeGreaterThan(2), soon);
    notifier.status('Listening');
    await hears('STATUS=Listening');
    await notifier.stop();
    const heard = manager.heard().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(manager.heard()).toHaveLength(heard);
    expect(manager.heard().at(-1)).toEqual(['STOPPING=1']);
    expect(log.lines).toEqual([]);
  });

  it('leaves the watchdog hungry when something stays amiss, and says why, once', async () => {
    let looks = 0;
    const amiss = (): string => {
      looks += 1;
      return 'the microphone is on';
    };
    create({ WATCHDOG_USEC: '150000' }, { amiss });
    notifier.ready();
    await vi.waitFor(() => expect(looks).toBeGreaterThan(5), soon);
    await vi.waitFor(() => expect(signsOfLife()).toBe(1), soon);
    const sentence = 'Something is stuck (the microphone is on): the watchdog is left to restart Parley.';
    expect(log.lines).toEqual([expect.objectContaining({ level: 'error', sentence })]);
  });

  it('feeds the watchdog through a change of phase, which is amiss for one look', async () => {
    let looks = 0;
    const amiss = (): string | undefined => {
      looks += 1;
      return looks % 2 === 0 ? 'a child is still dying' : undefined;
    };
    create({ WATCHDOG_USEC: '150000' }, { amiss });
    notifier.ready();
    await vi.waitFor(() => expect(signsOfLife()).toBeGreaterThan(4), soon);
    expect(log.lines).toEqual([]);
  });

  it('tries a second time: a signal to the whole service may have hit the messenger', async () => {
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

  it('masks what it tells: an argument list is public', async () => {
    create({}, { mask: (text) => text.replaceAll('sk-secret', '[secret]') });
    notifier.ready();
    notifier.status('Failed: wrong key sk-secret\n\u001b[31mred');
    await hears('STATUS=Failed: wrong key [secret] [31mred');
  });

  it.each([
    { story: 'is for another process', environment: { WATCHDOG_USEC: '30000', WATCHDOG_PID: '1' } },
    { story: 'is not wanted', environment: {} },
    { story: 'is nonsense', environment: { WATCHDOG_USEC: 'soon' } },
  ])('feeds no watchdog that $story', async ({ environment }) => {
    create(environment);
    notifier.ready();
    await hears('READY=1');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(manager.heard()).toEqual([['READY=1']]);
  });

  it('names us as the main process, and leaves our environment as it was', async () => {
    const environment = process.env;
    create({});
    notifier.ready();
    expect(process.env).toBe(environment);
    await hears('READY=1');
    expect(process.env['NOTIFY_SOCKET']).toBeUndefined();
  });

  it('complains once, and goes on, when nobody can be told', async () => {
    create({ NOTIFY_SOCKET: '/nonexistent/notify', WATCHDOG_USEC: '60000' });
    notifier.ready();
    notifier.status('Listening');
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), soon);
    notifier.status('Thinking');
    await notifier.stop();
    expect(log.lines).toMatchObject([
      { level: 'warn', sentence: expect.stringMatching(/^systemd cannot be told .*\?$/) },
    ]);
  });

  it('ends although the manager does not answer', async () => {
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

  it('is never started without NOTIFY_SOCKET, nor is a timer', async () => {
    vi.useFakeTimers();
    const notifier = createNotifier({ WATCHDOG_USEC: '3000', NOTIFY_SOCKET: '' }, createFakeLog());
    notifier.ready();
    notifier.status('Ready');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await notifier.stop();
    expect(said()).toBe('');
  });

  it('is told of the end only when it is through with what came before', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog());
    notifier.ready();
    await notifier.stop();
    expect(said()).toBe(`--ready --pid=${process.pid}\nSTOPPING=1\n`);
  });

  it('is told of the end last, whatever waits to be told', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog());
    notifier.ready();
    notifier.status('Late');
    const stopped = notifier.stop();
    notifier.status('Too late');
    await stopped;
    // Time for what would not be told by now, and should never be.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(said()).toBe(`--ready --pid=${process.pid}\nSTOPPING=1\n`);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const environment = { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '3000000' };
    const notifier = createNotifier(environment, createFakeLog());
    notifier.ready();
    expect(vi.getTimerCount()).toBe(1);
    await notifier.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('gets the socket, our process id, and no secret', async () => {
    const notifier = createNotifier({ NOTIFY_SOCKET: '/nowhere' }, createFakeLog());
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
