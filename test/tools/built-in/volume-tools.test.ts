import { expect, it } from 'vitest';
import { volumeTools } from '../../../src/tools/built-in/volume-tools.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';
import { createFakeVolume, type FakeVolume } from '../../fakes/fake-volume.ts';

const call = async (volume: FakeVolume, name: string, args: ToolArguments = {}, signal = never) =>
  toolsOf(volume)[name]?.run(args, signal);
const never = new AbortController().signal;
const toolsOf = (volume: FakeVolume) =>
  Object.fromEntries(volumeTools(volume).map((tool) => [tool.name, tool]));

it('there are two, with time limits and with parameters that every service accepts', () => {
  const tools = volumeTools(createFakeVolume());
  expect(tools.map(({ name }) => name)).toEqual(['set_volume', 'get_volume']);
  for (const { parameters, timeoutMs, description } of tools) {
    expect(timeoutMs).toBe(5000);
    expect(description.length).toBeLessThan(1024);
    // Services refuse oneOf and similar keywords at the top level.
    expect(Object.keys(parameters)).toEqual(['type', 'properties', 'additionalProperties']);
  }
});

it.each([
  [{ percent: 40 }, 40],
  [{ percent: 0 }, 0],
  [{ percent: 100 }, 100],
  [{ change: 10 }, 60],
  [{ change: -10 }, 40],
  [{ change: 0 }, 50],
  [{ change: 100 }, 100],
  [{ change: -100 }, 0],
])('set_volume with %j, at 50: %i', async (args, percent) => {
  const volume = createFakeVolume({ percent: 50 });
  expect(await call(volume, 'set_volume', args)).toEqual({ output: `{"percent":${percent}}` });
  expect(volume.state.percent).toBe(percent);
});

it('get_volume returns the volume, and changes nothing', async () => {
  const volume = createFakeVolume({ percent: 35 });
  expect(await call(volume, 'get_volume')).toEqual({ output: '{"percent":35}' });
  expect(volume.state).toMatchObject({ percent: 35, remembered: undefined });
});

it.each([
  [{}],
  [{ percent: 40, change: 10 }],
  [{ percent: 101 }],
  [{ percent: -1 }],
  [{ percent: 40.5 }],
  [{ percent: '40' }],
  [{ percent: null }],
  [{ change: 101 }],
  [{ change: Number.NaN }],
])('set_volume refuses %j, and changes nothing', async (args) => {
  const volume = createFakeVolume({ percent: 50 });
  await expect(call(volume, 'set_volume', args)).rejects.toMatchObject({
    code: 'percent' in args === 'change' in args ? 'volume-ambiguous' : 'volume-invalid',
  });
  expect(volume.state).toMatchObject({ percent: 50, remembered: undefined });
});

it('a change of 0 beside a percent means nothing', async () => {
  const volume = createFakeVolume({ percent: 50 });
  expect(await call(volume, 'set_volume', { percent: 40, change: 0 })).toEqual({ output: '{"percent":40}' });
});

it('returns the volume that the card has set', async () => {
  const volume = createFakeVolume();
  const coarse: FakeVolume = { ...volume, set: async (percent) => (await volume.set(percent)) - 2 };
  expect(await call(coarse, 'set_volume', { percent: 40 })).toEqual({ output: '{"percent":38}' });
});

it('applies two simultaneous changes one after the other', async () => {
  const volume = createFakeVolume({ percent: 50 });
  const { set_volume: tool } = toolsOf(volume);
  const results = await Promise.all([tool?.run({ change: 10 }, never), tool?.run({ change: 10 }, never)]);
  expect(results.map((result) => result?.output)).toEqual(['{"percent":60}', '{"percent":70}']);
});

it('fails with the error of the card, and the next call works', async () => {
  const volume = createFakeVolume({ failure: 'There is no card: plug it in.' });
  const { set_volume: tool } = toolsOf(volume);
  await expect(tool?.run({ change: 10 }, never)).rejects.toMatchObject({ code: 'volume-failed' });
  volume.state.failure = undefined;
  expect(await tool?.run({ change: 10 }, never)).toEqual({ output: '{"percent":60}' });
});

it('does nothing when it is aborted', async () => {
  const volume = createFakeVolume({ percent: 50 });
  const reason = new Error('a press');
  const call = toolsOf(volume)['set_volume']?.run({ percent: 10 }, AbortSignal.abort(reason));
  await expect(call).rejects.toBe(reason);
  expect(volume.state.percent).toBe(50);
});
