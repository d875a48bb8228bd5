import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stateDirectory } from '../../src/daemon/create-tools.ts';

const atHome = join(homedir(), '.local/state/parley');

it.each([
  [{ STATE_DIRECTORY: '/var/lib/parley', XDG_STATE_HOME: '/x' }, '/var/lib/parley'],
  [{ STATE_DIRECTORY: '/var/lib/parley:/var/lib/other' }, '/var/lib/parley'],
  [{ STATE_DIRECTORY: '', XDG_STATE_HOME: '/x' }, '/x/parley'],
  [{ XDG_STATE_HOME: '/x' }, '/x/parley'],
  [{ XDG_STATE_HOME: 'x' }, atHome],
  [{ XDG_STATE_HOME: '' }, atHome],
  [{}, atHome],
])('with %j it is %s', (env, folder) => {
  expect(stateDirectory(env)).toBe(folder);
});
