// The service, stopped for a test and started again.

import { afterEach, expect, test } from 'vitest';
import { createServicePause } from '../../src/doctor/checks/unit-check.ts';
import { createFakeMachine, type FakeMachine, type Parts } from './fake-machine.ts';

let machine: FakeMachine | undefined;
afterEach(() => machine?.remove());

const said: string[] = [];
const offered = async (yes: boolean, programs: Parts['programs'] = { systemctl: '' }) => {
  machine = createFakeMachine(programs === undefined ? {} : { programs });
  const pause = createServicePause(machine);
  const dialog = { say: (text: string) => said.push(text), confirm: () => Promise.resolve(yes) };
  return { pause, stopped: await pause.offer(dialog), commands: machine.commands };
};

test('stopped, and started again, once', async () => {
  const { pause, stopped, commands } = await offered(true);
  expect(stopped).toBe(true);
  expect(await pause.resume()).toBeUndefined();
  expect(await pause.resume()).toBeUndefined();
  expect(commands).toEqual(['systemctl stop parley.service', 'systemctl --no-block start parley.service']);
});

test('after a no the service keeps running', async () => {
  const { pause, stopped, commands } = await offered(false);
  expect(stopped).toBe(false);
  await pause.resume();
  expect(commands).toEqual([]);
});

test('a stop that failed is reported and followed by a start: it may be half done', async () => {
  const refused = { code: 4, stdout: '', stderr: 'Access denied' };
  const { pause, stopped, commands } = await offered(true, {
    'systemctl stop': refused,
    'systemctl --no-block start': '',
  });
  expect(stopped).toBe(false);
  expect(said.at(-1)).toContain('Access denied');
  expect(await pause.resume()).toBeUndefined();
  expect(commands).toHaveLength(2);
});

test('interrupted while it is being stopped, it is started', async () => {
  let stopping: () => void = () => undefined;
  machine = createFakeMachine({ programs: { 'systemctl --no-block start': '' } });
  const { run, commands } = machine;
  const slow = {
    ...machine,
    run: (program: string, args: readonly string[]) =>
      args[0] === 'stop' ? new Promise<never>(() => stopping()) : run(program, args),
  };
  const pause = createServicePause(slow);
  const stops = new Promise<void>((resolve) => (stopping = resolve));
  void pause.offer({ say: () => undefined, confirm: () => Promise.resolve(true) });
  await stops;
  expect(await pause.resume()).toBeUndefined();
  expect(commands).toEqual(['systemctl --no-block start parley.service']);
});

test('a start that failed is reported with the remedy', async () => {
  const { pause } = await offered(true, { 'systemctl stop': '' });
  expect(await pause.resume()).toMatch(/sudo systemctl start parley$/);
});
