// `parley light off`: switches off a light that was left on. systemd runs it after the service has ended: on a real
// Pi a line keeps its level when its holder is killed. It prints little, since the service has logged what was wrong.

import { ConfigError, readConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { chooseGpio, darken } from '../gpio/backend.ts';

/**
 * `ok` also where there is no light to switch off: the configuration is wrong, or there is no GPIO.
 * @throws Unavailable where another program holds the line
 */
export const lightOff = async (options: { readonly config?: string }): Promise<ExitCode> => {
  const light = lightOf(options.config);
  if (light === undefined) return exitCodes.ok;
  const choice = await chooseGpio(light).catch(() => undefined);
  if (choice === undefined) return exitCodes.ok;
  await darken(light, choice);
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
