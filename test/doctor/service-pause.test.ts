// The service, stopped for a test and started again.

import { afterEach, expect, test } from 'vitest';
import { Pause } from '../../src/doctor/service-pause.ts';
import { type MachineOf, machineOf, type Parts } from './checks/machine-of.ts';

let machine: MachineOf | undefined;
afterEach(() => machine?.remove());

const said: string[] = [];
const offered = async (yes: boolean, programs: Parts['programs'] = { systemctl: '' }) => {
  machine = machineOf(programs === undefined ? {} : { programs });
  const pause = new Pause(machine);
  const ask = { say: (text: string) => said.push(text), confirm: () => Promise.resolve(yes) };
  return { pause, stopped: await pause.offer(ask), asked: machine.asked };
};

test('stopped, and started again, once', async () => {
  const { pause, stopped, asked } = await offered(true);
  expect(stopped).toBe(true);
  expect(await pause.resume()).toBeUndefined();
  expect(await pause.resume()).toBeUndefined();
  expect(asked).toEqual(['systemctl stop parley.service', 'systemctl --no-block start parley.service']);
});

test('who does not want that keeps a service that runs', async () => {
  const { pause, stopped, asked } = await offered(false);
  expect(stopped).toBe(false);
  await pause.resume();
  expect(asked).toEqual([]);
});

test('a stop that failed is said, and followed by a start all the same: it may be half done', async () => {
  const refused = { code: 4, output: '', errors: 'Access denied' };
  const { pause, stopped, asked } = await offered(true, {
    'systemctl stop': refused,
    'systemctl --no-block start': '',
  });
  expect(stopped).toBe(false);
  expect(said.at(-1)).toBe('Parley cannot be stopped: Access denied');
  expect(await pause.resume()).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test('interrupted while it is being stopped, it is started', async () => {
  let stopping: () => void = () => undefined;
  machine = machineOf({ programs: { 'systemctl --no-block start': '' } });
  const { run, asked } = machine;
  const slow = {
    ...machine,
    run: (program: string, args: readonly string[]) =>
      args[0] === 'stop' ? new Promise<never>(() => stopping()) : run(program, args),
  };
  const pause = new Pause(slow);
  const stops = new Promise<void>((resolve) => (stopping = resolve));
  void pause.offer({ say: () => undefined, confirm: () => Promise.resolve(true) });
  await stops;
  expect(await pause.resume()).toBeUndefined();
  expect(asked).toEqual(['systemctl --no-block start parley.service']);
});

test('a start that failed is one sentence with the remedy', async () => {
  const { pause } = await offered(true, { 'systemctl stop': '' });
  expect(await pause.resume()).toMatch(/could not be started again: sudo systemctl start parley$/);
});
