// `parley config check`: whether a configuration is valid.

import { defaults, readConfig, standardFile } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

/** @throws ConfigError with everything that is wrong in it */
export const configCheck = (file: string | undefined): ExitCode => {
  const config = readConfig(file);
  const result =
    config === defaults
      ? `${standardFile} does not exist: using the defaults.`
      : `${file ?? standardFile} is valid.`;
  process.stdout.write(`${result}\n`);
  return exitCodes.ok;
};
