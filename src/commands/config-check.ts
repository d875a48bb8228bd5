// `parley config check`: is this file a configuration?

import { readConfig } from '../config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** @throws ConfigError with every fault in it */
export const configCheck = (file: string | undefined): ExitCode => {
  readConfig(file);
  process.stdout.write(`${file ?? 'The configuration'} is right.\n`);
  return exitCodes.ok;
};
