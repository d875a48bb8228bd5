// The set of checks, and the table that the documentation shows.

import { expect, test } from 'vitest';
import { checkTable } from '../../src/doctor/check.ts';
import { createChecks } from '../../src/doctor/create-checks.ts';
import { createFacts, invalidConfiguration } from './cases/skipped.ts';

test.each([
  ['usually', {}],
  ['offline', { offline: true }],
  ['with a wrong configuration', { configuration: invalidConfiguration }],
] as const)('%s: every check of the table, in its order', (_when, facts) => {
  const checks = createChecks(createFacts(facts)).flat();
  expect(checks.map(({ id, title }) => [id, title])).toEqual(
    Object.entries(checkTable).map(([id, { title }]) => [id, title]),
  );
});
