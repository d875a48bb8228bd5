// Checks that are skipped because of what else is known: the whole set of checks, made from facts.

import { parseConfig } from '../../../src/config/config.ts';
import { readConfiguration } from '../../../src/doctor/checks/config-check.ts';
import { findKey } from '../../../src/doctor/checks/key-check.ts';
import { createChecks, type Facts } from '../../../src/doctor/create-checks.ts';
import { createFakeMachine } from '../fake-machine.ts';
import type { Case } from './case.ts';

/** Facts of a machine that has nothing, not even a key. */
export const createFacts = (facts: Partial<Facts> = {}): Facts => {
  const machine = createFakeMachine({});
  machine.remove();
  const configuration = readConfiguration(undefined, '/no-such-folder/parley.toml');
  const places = { environment: {}, credstoreFile: '/no-such-folder/key', unitFile: '/no-such-folder/unit' };
  return {
    offline: false,
    silent: true,
    program: { version: '0.1.0', root: '/no-such-folder' },
    machine,
    configuration,
    found: findKey(parseConfig('', 'parley.toml'), places),
    unit: undefined,
    dialog: undefined,
    serviceRuns: false,
    ...facts,
  };
};

export const invalidConfiguration = readConfiguration('/no-such-folder/parley.toml');

const skipped = (code: string, id: string, facts: Partial<Facts>): Case => ({
  verdict: 'skip',
  code,
  name: id,
  find: async () => {
    const check = createChecks(createFacts(facts))
      .flat()
      .find((one) => one.id === id);
    if (check === undefined) throw new Error(`no check ${id}`);
    return check.run();
  },
});

export const cases: Case[] = [
  ...['dns', 'tcp', 'tls', 'session'].map((id) => skipped('skipped-offline', id, { offline: true })),
  ...[
    'key',
    'dns',
    'tcp',
    'tls',
    'session',
    'button-chip',
    'light-chip',
    'button-line',
    'light-line',
    'button-level',
    'light',
    'button',
  ].map((id) => skipped('skipped-config-invalid', id, { configuration: invalidConfiguration })),
  skipped('skipped-key-missing', 'session', {}),
];
