// The parts that most scenarios use: the installed Parley, its button, its light, the sound and the service.

import { readFileSync } from 'node:fs';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { Button } from './button.ts';
import { readConfiguration, type Settings, withSettings, writeConfiguration } from './configuration.ts';
import { Journal } from './journal.ts';
import { Light } from './light.ts';
import { LoudspeakerRecorder } from './loopback-audio.ts';
import { parrotProcess } from './parrot-process.ts';
import { statusText, systemctl, untilActive } from './unit.ts';

/** The key that the rig gave to setup.sh. */
export const rigKey = (): string => readFileSync('/rig/api-key', 'utf8').trim();

export interface RigOptions {
  /** On top of the installed configuration. */
  readonly settings?: Settings;
  /** Whether the parrot pauses itself before each reply. */
  readonly pausesBeforeReply?: boolean;
  /** Tables to add to the installed configuration, as TOML. */
  readonly tables?: string;
  /** How long to wait for a pattern of the light; default: long enough for each of them. */
  readonly lightLimitMs?: number | undefined;
}

/** The configuration with which Parley was started; undefined after a boot, when it is the installed one. */
let loaded: string | undefined;

export class Rig {
  readonly light: Light;
  readonly journal = new Journal();
  readonly button = new Button(this.journal);
  recorder = new LoudspeakerRecorder();
  readonly parrot = parrotProcess();
  readonly #asInstalled = readConfiguration();
  readonly #tables: string;
  readonly #pausesBeforeReply: boolean;
  #utterances = 0;

  constructor(light: Light, { pausesBeforeReply = false, tables = '' }: RigOptions) {
    this.light = light;
    this.#pausesBeforeReply = pausesBeforeReply;
    this.#tables = tables;
  }

  /** An unused number, for the next utterance. */
  get nextSeed(): number {
    this.#utterances += 1;
    return this.#utterances;
  }

  #configurationWith(settings: Settings): string {
    const toml = withSettings(this.#asInstalled, settings);
    return this.#tables === '' ? toml : `${toml}\n${this.#tables}`;
  }

  /** Whether Parley runs with these settings already, and is idle. A restart is slow under emulation. */
  async runsWith(settings: Settings): Promise<boolean> {
    const isLoaded = this.#configurationWith(settings) === (loaded ?? this.#asInstalled);
    return isLoaded && (await statusText()) === 'Ready';
  }

  /** Restarts Parley with these settings on top of the installed ones; resolves when it is READY. */
  async configure(settings: Settings): Promise<void> {
    loaded = this.#configurationWith(settings);
    writeConfiguration(loaded);
    await systemctl('restart', 'parley');
    await untilActive();
  }

  /** Starts the service, or starts it again; it makes these tool calls. */
  startService(calls: readonly CallTrigger[] = []): Promise<void> {
    return this.parrot.serve({ key: rigKey(), pausesBeforeReply: this.#pausesBeforeReply, calls });
  }

  /** For a loudspeaker's card that has returned. */
  async restartRecorder(): Promise<void> {
    await this.recorder.stop();
    this.recorder = new LoudspeakerRecorder();
    await this.recorder.ready();
  }

  /** Stops everything but Parley, and restores the installed configuration. */
  async close(): Promise<void> {
    writeConfiguration(this.#asInstalled);
    this.light.stop();
    await Promise.all([this.recorder.stop(), this.parrot.close(), this.journal.stop()]);
  }
}

/** Resolves when the parrot listens, the recorder records, and Parley is READY and idle. */
export const startRig = async (options: RigOptions = {}): Promise<Rig> => {
  const { settings = {} } = options;
  // First, because it throws where there is no simulated chip.
  const light = new Light(options.lightLimitMs);
  const rig = new Rig(light, options);
  try {
    await Promise.all([rig.startService(), rig.recorder.ready()]);
    if (!(await rig.runsWith(settings))) await rig.configure(settings);
  } catch (error) {
    await rig.close();
    throw error;
  }
  return rig;
};
