// `parley light off`: a light that was left on goes out. For the moment after the service was killed: a line
// of a real Pi keeps its level when its holder dies. Quiet, for the service itself has said what was wrong.

import { ConfigError, readConfig } from '../config/config.ts';
import { errorMessage, Unavailable } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { chooseGpio, darken } from '../gpio/backend.ts';

/**
 * `ok` also where there is no light to switch off: a wrong configuration, or no way to the pins.
 * @throws Unavailable with one sentence where somebody else holds the line
 */
export const lightOff = async (options: { readonly config?: string }): Promise<ExitCode> => {
  const light = lightOf(options.config);
  if (light === undefined) return exitCodes.ok;
  const choice = await chooseGpio(light).catch(() => undefined);
  if (choice === undefined) return exitCodes.ok;
  try {
    await darken(light, choice);
  } catch (error) {
    throw new Unavailable(errorMessage(error));
  }
  return exitCodes.ok;
};

const lightOf = (file: string | undefined) => {
  try {
    return readConfig(file).light;
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
};
