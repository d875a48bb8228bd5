import { expect, it } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { volumeTools } from '../../../src/tools/built-in/volume-tools.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';
import { createFakeVolume, type FakeVolume } from '../../fakes/fake-volume.ts';

const call = async (volume: FakeVolume, name: string, args: ToolArguments = {}, signal = never) =>
  toolsOf(volume)[name]?.run(args, signal);
const never = new AbortController().signal;
const toolsOf = (volume: FakeVolume) =>
  Object.fromEntries(volumeTools(volume).map((tool) => [tool.name, tool]));

it('are two, each with a limit, and with parameters that every service takes', () => {
  const tools = volumeTools(createFakeVolume());
  expect(tools.map(({ name }) => name)).toEqual(['set_volume', 'get_volume']);
  for (const { parameters, timeoutMs, description } of tools) {
    expect(timeoutMs).toBe(5_000);
    expect(description.length).toBeLessThan(1_024);
    // Services refuse oneOf and its like at the top.
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

it('get_volume tells the volume, and changes nothing', async () => {
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
  await expect(call(volume, 'set_volume', args)).rejects.toThrow(ToolError);
  expect(volume.state).toMatchObject({ percent: 50, remembered: undefined });
});

it('tells what the card really took', async () => {
  const volume = createFakeVolume();
  const coarse: FakeVolume = { ...volume, set: async (percent) => (await volume.set(percent)) - 2 };
  expect(await call(coarse, 'set_volume', { percent: 40 })).toEqual({ output: '{"percent":38}' });
});

it('adds up two changes at a time', async () => {
  const volume = createFakeVolume({ percent: 50 });
  const { set_volume: tool } = toolsOf(volume);
  const results = await Promise.all([tool?.run({ change: 10 }, never), tool?.run({ change: 10 }, never)]);
  expect(results.map((result) => result?.output)).toEqual(['{"percent":60}', '{"percent":70}']);
});

it('says why the card could not, and can again with the next call', async () => {
  const volume = createFakeVolume({ failure: 'There is no card: plug it in.' });
  const { set_volume: tool } = toolsOf(volume);
  await expect(tool?.run({ change: 10 }, never)).rejects.toThrow(
    new ToolError('There is no card: plug it in.'),
  );
  volume.state.failure = undefined;
  expect(await tool?.run({ change: 10 }, never)).toEqual({ output: '{"percent":60}' });
});

it('does nothing any more when it is aborted', async () => {
  const volume = createFakeVolume({ percent: 50 });
  const reason = new Error('a press');
  const call = toolsOf(volume)['set_volume']?.run({ percent: 10 }, AbortSignal.abort(reason));
  await expect(call).rejects.toBe(reason);
  expect(volume.state.percent).toBe(50);
});
