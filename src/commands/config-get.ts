// `parley config get`: one value of the configuration, for a shell script.

import { readConfig } from '../config/config.ts';
import { checkKey, printedValue } from '../config/get-value.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

/**
 * @param key as "table.key"
 * @throws UsageError where the configuration has no such key
 * @throws ConfigError with everything that is wrong in the file
 */
export const configGet = (key: string, file: string | undefined): ExitCode => {
  checkKey(key);
  const value = printedValue(readConfig(file), key);
  // A list without items has no lines; a text that is empty has one.
  process.stdout.write(value === '' && !key.includes('.') ? '' : `${value}\n`);
  return exitCodes.ok;
};
