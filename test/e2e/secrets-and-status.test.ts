// What Parley sends to systemd, the service and the log, and which secrets it must not send: the real program.

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { startServiceManager } from '../fakes/service-manager.ts';
import { startDaemonProgram, withoutPins } from '../rigs/daemon.ts';
import { childrenOf } from '../rigs/processes.ts';
import { startScriptedService } from '../rigs/scripted-service.ts';
import { startSoundRig } from '../rigs/sound-rig.ts';
import { speak } from '../rigs/speech.ts';
import { until } from '../rigs/until.ts';
import { apiKey, startParley } from './running-parley.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test('the key is in no argument list, no environment of a child, and no line of the log', async () => {
  const parley = await startParley();
  cleanUps.push(() => parley.stop());
  const commandLine = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  const textsOf = (pid: number): string[] => {
    try {
      const words = commandLine(pid);
      // Between fork and exec a child still has the memory of its parent.
      if (words === commandLine(parley.daemon.pid)) return [];
      return [words + readFileSync(`/proc/${pid}/environ`, 'utf8')];
    } catch {
      // It has ended.
      return [];
    }
  };
  const textsOfChildren = async (): Promise<string[]> => {
    let texts: string[] = [];
    await until(() => {
      texts = childrenOf(parley.daemon.pid).flatMap(textsOf);
      return texts.length > 0;
    }, 'a child');
    return texts;
  };
  for (const phase of ['listening', 'speaking'] as const) {
    if (phase === 'listening') {
      parley.daemon.press();
      await parley.daemon.untilPhase('listening');
    } else {
      await parley.say(speak('Say something back to me, please.'));
      await parley.daemon.untilPhase('speaking');
    }
    for (const text of await textsOfChildren()) {
      expect(text).toContain('PATH=');
      expect(text).not.toContain(apiKey);
    }
  }
  await parley.daemon.untilPhase('listening', 2);
  expect(readFileSync(`/proc/${parley.daemon.pid}/cmdline`, 'utf8')).not.toContain(apiKey);
  expect(parley.daemon.output() + parley.daemon.errors()).not.toContain(apiKey);
});

test('a service that sends the key back: neither the log nor the status of systemd shows it', async () => {
  const manager = await startServiceManager();
  const service = await startScriptedService({
    connected: (socket, { headers }) => {
      const error = { type: 'x', code: 'odd', message: `Wrong key: ${headers.authorization}` };
      socket.send(JSON.stringify({ type: 'error', error }));
    },
  });
  cleanUps.push(
    () => manager.stop(),
    () => service.close(),
  );
  // With a card: a missing one would be reported first.
  const rig = await startSoundRig();
  cleanUps.push(() => rig.stop());
  const daemon = await startDaemonProgram(`[realtime]\nurl = "${service.url}"\n${withoutPins}`, {
    ...rig.env,
    NOTIFY_SOCKET: manager.socket,
    OPENAI_API_KEY: 'sk-that-comes-back',
  });
  cleanUps.push(() => daemon.remove());
  daemon.press();
  await daemon.untilPhase('failed');
  const told = (): string => manager.heard().flat().join('\n');
  await until(() => told().includes('STATUS=Failed'), 'the status');
  for (const words of [told(), daemon.output()]) {
    // A header is masked whole, not only the key in it.
    expect(words).toContain('Wrong key: [secret]');
    expect(words).not.toContain('sk-that-comes-back');
  }
});

test('the beta dialect by configuration goes with its header, and the other without', async () => {
  for (const [dialect, header] of [
    ['beta', 'realtime=v1'],
    ['auto', undefined],
  ] as const) {
    const service = await startScriptedService();
    cleanUps.push(() => service.close());
    const toml = `[realtime]\nurl = "${service.url}"\ndialect = "${dialect}"\n${withoutPins}`;
    const daemon = await startDaemonProgram(toml, { OPENAI_API_KEY: 'sk-x' });
    cleanUps.push(() => daemon.remove());
    daemon.press();
    await until(() => service.requests.length > 0, 'the request');
    expect(service.requests[0]?.headers['openai-beta']).toBe(header);
    expect(service.requests[0]?.headers.authorization).toBe('Bearer sk-x');
  }
});

test('a press while Parley stops starts nothing', async () => {
  const manager = await startServiceManager();
  cleanUps.push(() => manager.stop());
  const toml = `[realtime]\nurl = "ws://127.0.0.1:1/"\n${withoutPins}`;
  const daemon = await startDaemonProgram(toml, { NOTIFY_SOCKET: manager.socket, OPENAI_API_KEY: 'sk-x' });
  cleanUps.push(() => daemon.remove());
  await until(() => manager.heard().length > 0, 'READY');
  // The manager hangs, so that stopping takes long.
  manager.hang();
  daemon.process.kill('SIGTERM');
  await daemon.untilLine(({ msg }) => msg === 'Stopping', 'the stop');
  daemon.press();
  expect(await daemon.ended).toEqual({ code: 0, signal: null });
  expect(
    daemon
      .records()
      .filter(({ level }) => level === 'info')
      .map(({ msg }) => msg),
  ).toEqual(['Ready', 'Stopping', 'Stopped']);
});

test('systemd gets READY, WATCHDOG, each status with the text of the log, and STOPPING last', async () => {
  const manager = await startServiceManager();
  cleanUps.push(() => manager.stop());
  const daemon = await startDaemonProgram(`[realtime]\nurl = "ws://127.0.0.1:1/"\n${withoutPins}`, {
    NOTIFY_SOCKET: manager.socket,
    WATCHDOG_USEC: '300000',
    OPENAI_API_KEY: 'sk-of-nobody',
  });
  cleanUps.push(() => daemon.remove());
  const told = (): string[] => manager.heard().flat();
  await until(() => told().includes('WATCHDOG=1'), 'WATCHDOG=1');
  // Messages are sent in the order in which they are due, however slow the machine is.
  expect(told().slice(0, 2)).toEqual(['READY=1', 'STATUS=Ready']);
  daemon.press();
  await until(() => told().some((line) => /^STATUS=Failed: .*127\.0\.0\.1:1\b/.test(line)), 'the failure');
  await daemon.kill('SIGTERM');
  expect(told().at(-1)).toBe('STOPPING=1');
});
