// Tools, timers and the volume, made from the configuration. The composition root loads this file only when it
// is ready and waits for a press.

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Hardware } from '../assistant/assistant.ts';
import { createAmixerVolume } from '../audio/mixer/amixer-volume.ts';
import { ringSound, tickSound } from '../audio/sounds.ts';
import type { Config } from '../config/config.ts';
import type { Credentials } from '../config/secrets.ts';
import { Unavailable } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { systemClock } from '../system/clock.ts';
import { watchClockSteps } from '../timers/clock-steps.ts';
import { createTimerStore } from '../timers/timer-store.ts';
import { Timers } from '../timers/timers.ts';
import { CallRunner } from '../tools/call-runner.ts';
import { ToolRegistry } from '../tools/tool-registry.ts';
import { configuredServers, configuredTools } from './configured-tools.ts';
import type { Offer } from './create-io.ts';

export interface CreateToolsOptions {
  readonly config: Config;
  /** Of tools and MCP servers. */
  readonly credentials: Credentials;
  /** Where timers and the volume are remembered; default: the service's, or the person's own. */
  readonly folder?: string;
  readonly log: Log;
  /** A timer has run out. */
  readonly onDue: () => void;
}

export interface CreatedTools {
  readonly offer: Offer;
  readonly registry: ToolRegistry;
  /** What the assistant needs of them. */
  readonly hardware: Pick<Hardware, 'tools' | 'alarm' | 'sounds'>;
  /** Reads the timers and runs them. May call `onDue`. */
  loadTimers(): void;
  /** Restores what is stored: timers run, the volume is set. May call `onDue`. */
  start(): void;
  /** Timers no longer run out. */
  stop(): void;
}

/**
 * systemd makes the folder of the service (StateDirectory= in the unit) and names it; a person who runs Parley by
 * hand has one in the home directory. It may not exist yet.
 * @throws Unavailable where there is no home directory
 */
export const stateDirectory = (env: NodeJS.ProcessEnv): string => {
  // A unit may have several.
  const [ofService = ''] = (env['STATE_DIRECTORY'] ?? '').split(':');
  if (ofService !== '') return ofService;
  const { XDG_STATE_HOME: home = '' } = env;
  // The specification has relative paths ignored.
  return join(isAbsolute(home) ? home : join(homeFolder(), '.local/state'), 'parley');
};

export const homeMissing = 'This user has no home folder: set HOME, or XDG_STATE_HOME.';

const homeFolder = (): string => {
  try {
    return homedir();
  } catch {
    throw new Unavailable('home-missing', homeMissing);
  }
};

export const createTools = (options: CreateToolsOptions): CreatedTools => {
  const { config, credentials, folder = stateDirectory(process.env), log, onDue } = options;
  const { device, mixerControl } = config.loudspeaker;
  const volume = createAmixerVolume({ device, control: mixerControl, folder, log });
  const store = createTimerStore(folder, log);
  const timers = new Timers({ store, clock: systemClock, log, onDue });
  const own = configuredTools(config, { timers, volume, credentials });
  const registry = new ToolRegistry(own, systemClock, log);
  let unwatch = (): void => undefined;
  return {
    offer: { tools: own, servers: configuredServers(config, credentials) },
    registry,
    hardware: {
      tools: new CallRunner(registry, config.tools.parallelCalls),
      alarm: timers,
      sounds: { tick: tickSound, ring: ringSound },
    },
    loadTimers: () => timers.load(),
    start: () => {
      timers.load();
      unwatch = watchClockSteps(() => timers.clockStepped());
      void volume.restore();
    },
    stop: () => {
      unwatch();
      timers.stop();
    },
  };
};
