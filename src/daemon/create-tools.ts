// Tools, timers and the volume, made from the configuration. The composition root loads this file only when it
// is ready and waits for a press.

import type { Sounds } from '../assistant/playback.ts';
import { createVolumeStore } from '../audio/mixer/amixer-store.ts';
import { createAmixerVolume } from '../audio/mixer/amixer-volume.ts';
import { ringSound, tickSound } from '../audio/sounds.ts';
import type { Config } from '../config/config.ts';
import type { Credentials } from '../config/secrets.ts';
import type { Alarm, Log, Tools } from '../core/ports.ts';
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
  /** Where timers and the volume are remembered. */
  readonly folder: string;
  readonly log: Log;
  /** A timer has run out. */
  readonly onDue: () => void;
}

export interface ToolSet {
  readonly offer: Offer;
  readonly registry: ToolRegistry;
  readonly tools: Tools;
  readonly alarm: Alarm;
  readonly sounds: Sounds;
  /** Reads the timers and runs them. May call `onDue`. */
  loadTimers(): void;
  /** Restores what is stored: timers run, the volume is set. May call `onDue`. */
  start(): void;
  /** Timers no longer run out. */
  stop(): void;
}

export const createTools = ({ config, credentials, folder, log, onDue }: CreateToolsOptions): ToolSet => {
  const { device, mixerControl } = config.loudspeaker;
  const volume = createAmixerVolume({
    device,
    control: mixerControl,
    store: createVolumeStore(folder),
    log,
  });
  const store = createTimerStore(folder, log);
  const timers = new Timers({ store, clock: systemClock, log, onDue });
  const own = configuredTools(config, { timers, volume, credentials });
  const registry = new ToolRegistry(own, systemClock, log);
  let unwatch = (): void => undefined;
  return {
    offer: { tools: own, servers: configuredServers(config, credentials) },
    registry,
    tools: new CallRunner(registry, config.tools.parallelCalls),
    alarm: timers,
    sounds: { tick: tickSound, ring: ringSound },
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
