// `parley config check`: is this file a configuration?

import { defaults, readConfig, standardFile } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

/** @throws ConfigError with every fault in it */
export const configCheck = (file: string | undefined): ExitCode => {
  const config = readConfig(file);
  const found =
    config === defaults
      ? `There is no ${standardFile}: the defaults hold.`
      : `${file ?? standardFile} is right.`;
  process.stdout.write(`${found}\n`);
  return exitCodes.ok;
};
