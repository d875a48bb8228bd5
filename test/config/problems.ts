import { parseConfig } from '../../src/config/config.ts';
import { ConfigError, type ConfigProblem } from '../../src/core/errors.ts';

/** The ConfigError that `attempt` throws. */
export const errorOf = (attempt: () => unknown): ConfigError => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

/** What is wrong with a configuration, file "f". */
export const problemsOf = (toml: string): readonly ConfigProblem[] =>
  errorOf(() => parseConfig(toml, 'f')).problems;
