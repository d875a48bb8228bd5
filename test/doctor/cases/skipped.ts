// Checks that are skipped because of what else is known: the whole set of checks, made from facts.

import { parseConfig } from '../../../src/config/config.ts';
import { readConfiguration } from '../../../src/doctor/checks/config-check.ts';
import { findKey } from '../../../src/doctor/checks/key-check.ts';
import { createChecks, type Facts } from '../../../src/doctor/create-checks.ts';
import { createFakeMachine } from '../fake-machine.ts';
import { type Case, runById } from './case.ts';

/** Facts of a machine that has nothing, not even a key. */
export const createFacts = (facts: Partial<Facts> = {}): Facts => {
  const machine = createFakeMachine({});
  machine.remove();
  const configuration = readConfiguration(undefined, '/no-such-folder/parley.toml');
  const places = { environment: {}, credstoreFile: '/no-such-folder/key', unitFile: '/no-such-folder/unit' };
  return {
    offline: false,
    silent: true,
    installation: { version: '0.1.0', root: '/no-such-folder' },
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

const find = (id: string, facts: Partial<Facts>) => () =>
  runById(createChecks(createFacts(facts)).flat(), id);
const network = ['dns', 'tcp', 'tls', 'session'];
const pins = ['button-chip', 'light-chip', 'button-line', 'light-line', 'button-level', 'light', 'button'];

export const cases: Case[] = [
  ...network.map((id): Case => ['skip', 'skipped-offline', id, find(id, { offline: true })]),
  ...['key', ...network, ...pins].map(
    (id): Case => ['skip', 'skipped-config-invalid', id, find(id, { configuration: invalidConfiguration })],
  ),
  ['skip', 'skipped-key-missing', 'session', find('session', {})],
];
