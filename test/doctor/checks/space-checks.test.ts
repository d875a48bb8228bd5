import { expect, test } from 'vitest';
import { diskCheck } from '../../../src/doctor/checks/space-checks.ts';

test('each disk once, by its first folder', async () => {
  const { detail } = await diskCheck(['/', '/', '/no-such-folder']).run();
  expect(detail).toMatch(/^\/: [\d.]+ [MG]B free of [\d.]+ [MG]B$/);
});
