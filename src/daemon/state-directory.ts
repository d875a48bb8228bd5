// Where Parley keeps what it must still know after a restart. systemd makes the service's (StateDirectory=
// in the unit) and names it; a person who runs Parley by hand has one at home. It may not exist yet.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export const stateDirectory = (env: NodeJS.ProcessEnv): string => {
  // A unit may have several.
  const [ofService = ''] = (env['STATE_DIRECTORY'] ?? '').split(':');
  if (ofService !== '') return ofService;
  const { XDG_STATE_HOME: home = '' } = env;
  // The specification has relative paths ignored.
  return join(isAbsolute(home) ? home : join(homedir(), '.local/state'), 'parley');
};
