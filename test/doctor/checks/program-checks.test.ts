import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { minNode } from '../../../src/doctor/checks/program-checks.ts';

test('the required version of Node is that of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  expect(engines.node).toBe(`>=${minNode.join('.')}`);
});
