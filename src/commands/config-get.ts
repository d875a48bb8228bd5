// `parley config get`: values of the configuration, for a shell script.

import { readConfig } from '../config/config.ts';
import { checkKey, printedValue } from '../config/get-value.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';

/**
 * @param keys "table.key", several with commas between them
 * @throws UsageError where the configuration has no such key
 * @throws ConfigError with everything that is wrong in the file
 */
export const configGet = (keys: string, file: string | undefined): ExitCode => {
  const wanted = keys.split(',');
  for (const key of wanted) checkKey(key);
  const config = readConfig(file);
  for (const key of wanted) {
    const value = printedValue(config, key);
    // A list without items has no lines; a text that is empty has one.
    process.stdout.write(value === '' && !key.includes('.') ? '' : `${value}\n`);
  }
  return exitCodes.ok;
};
