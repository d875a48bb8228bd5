import { CallRunner } from '../../src/tools/call-runner.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { ToolRegistry } from '../../src/tools/tool-registry.ts';
import { toolsContract } from '../contracts/tools.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

toolsContract('CallRunner', () => {
  const ends: (() => void)[] = [];
  const tool: Tool = {
    name: 'do_it',
    description: 'Does it.',
    parameters: { type: 'object' },
    timeoutMs: 5000,
    run: () => new Promise((resolve) => ends.push(() => resolve({ output: 'done' }))),
  };
  const registry = new ToolRegistry([tool], createFakeClock(), createFakeLog());
  const finish = async (): Promise<void> => {
    await settled();
    ends.shift()?.();
    await settled();
  };
  return { tools: new CallRunner(registry, 4), finish };
});
