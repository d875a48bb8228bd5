// The configuration, read as the service reads it. A faulty one is a failed check with every fault in it;
// what the machine is like can be looked at all the same.

import { type Config, ConfigError, defaults, readConfig, standardFile } from '../../config/config.ts';
import { type Check, type Finding, fail, pass } from '../check.ts';

export interface ReadConfiguration {
  /** Without one that can be used: the defaults. */
  readonly config: Config;
  /** Whether `config` is what the service would use. */
  readonly isRight: boolean;
  /** The file that was read, or that there is none of. */
  readonly path: string;
  readonly check: Check;
}

const remedyFor = (path: string): string => `Mend this, then: parley config check ${path}`;

const read = (file: string | undefined): { config: Config; isRight: boolean; finding: Finding } => {
  const path = file ?? standardFile;
  try {
    const config = readConfig(file);
    const detail = config === defaults ? `there is no ${path}: the defaults hold` : path;
    return { config, isRight: true, finding: pass(detail) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: defaults, isRight: false, finding: fail(error.message, remedyFor(path)) };
  }
};

/** @param file as the command line names it */
export const readConfiguration = (file: string | undefined): ReadConfiguration => {
  const { config, isRight, finding } = read(file);
  const check = { id: 'config', title: 'Configuration', run: () => Promise.resolve(finding) };
  return { config, isRight, path: file ?? standardFile, check };
};
