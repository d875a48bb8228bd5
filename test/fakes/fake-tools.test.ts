import { toolsContract } from '../contracts/tools.ts';
import { createFakeTools } from './fake-tools.ts';

toolsContract('The fake tools', () => {
  const tools = createFakeTools();
  return { tools, finish: async () => tools.finish() };
});
