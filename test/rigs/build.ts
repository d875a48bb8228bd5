// Before all tests: the programs under dist/ are built from the sources as they are now.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const parleyProgram = fileURLToPath(new URL('../../dist/parley.js', import.meta.url));

export const setup = (): void => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build.js', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};
