// The configuration, read as the service reads it. An invalid one is a failed check that lists every fault; the
// checks of the machine go on with the defaults.

import { type Config, ConfigError, defaults, readConfig, standardFile } from '../../config/config.ts';
import { type Check, createCheck, type Finding, fail, pass } from '../check.ts';

export interface ReadConfiguration {
  /** The defaults where the file is invalid. */
  readonly config: Config;
  /** Whether `config` is what the service would use. */
  readonly isValid: boolean;
  /** The file that was read, or looked for. */
  readonly path: string;
  readonly check: Check;
}

/**
 * @param file as the command line names it
 * @param standard the path without such a file
 */
export const readConfiguration = (file: string | undefined, standard = standardFile): ReadConfiguration => {
  const path = file ?? standard;
  const result = (config: Config, isValid: boolean, finding: Finding): ReadConfiguration => {
    const check = createCheck('config', () => Promise.resolve(finding));
    return { config, isValid, path, check };
  };
  try {
    const config = readConfig(file, standard);
    if (config !== defaults) return result(config, true, pass('config-valid', path));
    return result(config, true, pass('config-missing', `no ${path}: using defaults`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const remedy = `Fix this, then run: parley config check ${path}`;
    return result(defaults, false, fail('config-invalid', error.message, remedy));
  }
};
