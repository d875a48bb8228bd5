// The configuration, read as the service reads it. An invalid one is a failed check that lists every fault; the
// checks of the machine go on with the defaults.

import { type Config, ConfigError, defaults, readConfig, standardFile } from '../../config/config.ts';
import { type Check, createCheck, type Finding, fail, pass } from '../check.ts';
import { codeOf } from '../finding-from-error.ts';

export interface ReadConfiguration {
  /** The defaults where the file is invalid. */
  readonly config: Config;
  /** Whether `config` is what the service would use. */
  readonly isValid: boolean;
  /** The file that was read, or looked for. */
  readonly path: string;
  readonly check: Check;
}

type Read = Pick<ReadConfiguration, 'config' | 'isValid'> & { readonly finding: Finding };

const read = (file: string | undefined, standard: string): Read => {
  const path = file ?? standard;
  try {
    const config = readConfig(file, standard);
    const finding =
      config === defaults ? pass('config-missing', `no ${path}: using defaults`) : pass('config-valid', path);
    return { config, isValid: true, finding };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const remedy = `Fix this, then run: parley config check ${path}`;
    const finding = fail(codeOf(error, 'config-invalid'), error.message, remedy);
    return { config: defaults, isValid: false, finding };
  }
};

/**
 * @param file as the command line names it
 * @param standard the path without such a file
 */
export const readConfiguration = (file: string | undefined, standard = standardFile): ReadConfiguration => {
  const { config, isValid, finding } = read(file, standard);
  const check = createCheck('config', () => Promise.resolve(finding));
  return { config, isValid, path: file ?? standard, check };
};
