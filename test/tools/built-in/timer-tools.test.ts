import { afterEach, beforeEach, expect, it } from 'vitest';
import { timerTools } from '../../../src/tools/built-in/timer-tools.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';
import { ToolRegistry } from '../../../src/tools/tool-registry.ts';
import { type Kitchen, makeFolder, removeFolder, startKitchen, WALL_MS } from '../../timers/state.ts';

let folder: string;
let kitchen: Kitchen;
beforeEach(() => {
  folder = makeFolder();
  kitchen = startKitchen(folder, WALL_MS);
});
afterEach(() => removeFolder(folder));

const never = new AbortController().signal;
const call = async (name: string, args: ToolArguments = {}): Promise<unknown> => {
  const tool = timerTools(kitchen.timers).find((each) => each.name === name);
  return JSON.parse((await tool?.run(args, never))?.output ?? '');
};

it('there are three, with time limits and with parameters that every service accepts', () => {
  const tools = timerTools(kitchen.timers);
  expect(tools.map(({ name }) => name)).toEqual(['set_timer', 'list_timers', 'cancel_timer']);
  for (const { parameters, timeoutMs, description } of tools) {
    expect(timeoutMs).toBe(5000);
    expect(description.length).toBeLessThan(1024);
    expect(parameters).toMatchObject({ type: 'object', additionalProperties: false });
  }
});

it('set, list and cancel', async () => {
  expect(await call('set_timer', { name: 'eggs', minutes: 10 })).toEqual({
    set: 'eggs',
    rings_in: '10 min',
    id: '1',
  });
  expect(await call('set_timer', { hours: 1, minutes: 0.5, seconds: 15 })).toEqual({
    set: '1 h 45 s',
    rings_in: '1 h 45 s',
    id: '2',
  });
  kitchen.clock.advance(2000);
  expect(await call('list_timers')).toEqual({
    timers: [
      { id: '1', name: 'eggs', remaining: '9 min 58 s' },
      { id: '2', name: '1 h 45 s', remaining: '1 h 43 s' },
    ],
  });
  expect(await call('cancel_timer', { timer: 'Eggs' })).toEqual({ cancelled: 'eggs', id: '1' });
  kitchen.clock.advance(3_700_000);
  expect(await call('list_timers')).toEqual({
    timers: [{ id: '2', name: '1 h 45 s', remaining: 'rings now' }],
  });
});

it.each([
  ['set_timer', {}, 'duration-missing'],
  ['set_timer', { minutes: 0, seconds: 0 }, 'duration-missing'],
  ['set_timer', { seconds: 0.5 }, 'duration-invalid'],
  ['set_timer', { hours: 169 }, 'duration-invalid'],
  ['set_timer', { hours: 1e308, minutes: 1e308 }, 'duration-invalid'],
  ['set_timer', { minutes: 1, name: 'x'.repeat(61) }, 'name-too-long'],
  ['cancel_timer', { timer: 'tea' }, 'no-timers'],
  ['cancel_timer', {}, 'timer-not-named'],
])('%s with %j: %s', async (name, args, code) => {
  await expect(call(name, args)).rejects.toMatchObject({ code });
  expect(kitchen.timers.list()).toEqual([]);
});

it('the schemas refuse invalid arguments', async () => {
  const registry = new ToolRegistry(timerTools(kitchen.timers), kitchen.clock, kitchen.log);
  for (const [name, args] of [
    ['set_timer', '{"minutes":-1}'],
    ['set_timer', '{"minutes":"ten"}'],
    ['set_timer', '{"minutes":10,"days":1}'],
    ['set_timer', '{"minutes":10,"name":7}'],
    ['cancel_timer', '{}'],
    ['list_timers', '{"all":true}'],
  ] as const)
    expect((await registry.call(name, args, never)).error?.code).toBe('arguments-invalid');
  expect(kitchen.timers.list()).toEqual([]);
});

it('a duration as models write it', async () => {
  const registry = new ToolRegistry(timerTools(kitchen.timers), kitchen.clock, kitchen.log);
  for (const args of [
    '{"name":null,"hours":0,"minutes":10,"seconds":0}',
    '{"minutes":"10"}',
    '"{\\"minutes\\":10}"',
  ])
    expect(JSON.parse((await registry.call('set_timer', args, never)).output)).toMatchObject({
      rings_in: '10 min',
    });
});

it('list_timers lists 50 at most, and tells how many more there are', async () => {
  for (let n = 0; n < 60; n += 1) kitchen.timers.set({ name: '"'.repeat(60), durationMs: 60_000 });
  const registry = new ToolRegistry(timerTools(kitchen.timers), kitchen.clock, kitchen.log);
  const { timers, more } = JSON.parse((await registry.call('list_timers', '', never)).output);
  expect([timers.length, more]).toEqual([50, 10]);
});
