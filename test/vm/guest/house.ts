// The whole of it: the installed Parley, its button, its light, the room, and a service to talk to.

import { readFileSync } from 'node:fs';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { Button } from './button.ts';
import {
  patient,
  readConfiguration,
  type Settings,
  withSettings,
  writeConfiguration,
} from './configuration.ts';
import { Journal } from './journal.ts';
import { Light } from './light.ts';
import { ParrotProcess } from './parrot-process.ts';
import { Ear } from './room.ts';
import { systemctl, untilActive } from './unit.ts';

/** The key that the rig gave to setup.sh. */
export const rigKey = (): string => readFileSync('/rig/api-key', 'utf8').trim();

export interface HouseOptions {
  /** On top of the installed configuration, and of `patient`. */
  readonly settings?: Settings;
  /** Whether the parrot halts itself before each reply. */
  readonly thoughtful?: boolean;
  /** Tables that the installed configuration has none of, as TOML. */
  readonly tables?: string;
  /** How long a pattern of the light is waited for; default long enough. */
  readonly lightPatienceMs?: number | undefined;
}

export class House {
  readonly light: Light;
  readonly journal = new Journal();
  readonly button = new Button(this.journal);
  ear = new Ear();
  parrot: ParrotProcess;
  readonly #asInstalled = readConfiguration();
  readonly #tables: string;
  readonly #thoughtful: boolean;
  #utterances = 0;

  constructor(light: Light, { thoughtful = false, tables = '' }: HouseOptions) {
    this.light = light;
    this.#thoughtful = thoughtful;
    this.#tables = tables;
    this.parrot = this.#parrotThatCalls([]);
  }

  #parrotThatCalls(calls: readonly CallTrigger[]): ParrotProcess {
    return new ParrotProcess({ key: rigKey(), thoughtful: this.#thoughtful, calls });
  }

  /** A number that was not used yet, for the next utterance. */
  get nextSeed(): number {
    this.#utterances += 1;
    return this.#utterances;
  }

  /** Restarts Parley with these settings in place of the installed ones; resolves when it is READY. */
  async configure(settings: Settings): Promise<void> {
    const toml = withSettings(this.#asInstalled, { ...patient, ...settings });
    writeConfiguration(`${toml}\n${this.#tables}`);
    await systemctl('restart', 'parley');
    await untilActive();
  }

  /** A parrot in place of the one that is gone, or that called for other things. */
  async newParrot(calls: readonly CallTrigger[] = []): Promise<void> {
    await this.parrot.stop();
    this.parrot = this.#parrotThatCalls(calls);
    await this.parrot.ready();
  }

  /** An ear in place of the one whose card was gone. */
  async newEar(): Promise<void> {
    await this.ear.stop();
    this.ear = new Ear();
    await this.ear.ready();
  }

  /** Everything as it was, but for Parley, who runs on with the installed configuration. */
  async close(): Promise<void> {
    writeConfiguration(this.#asInstalled);
    this.light.stop();
    await Promise.all([this.ear.stop(), this.parrot.stop(), this.journal.stop()]);
  }
}

/** The parrot listens, the ear hears, Parley is READY and idle. */
export const openHouse = async (options: HouseOptions = {}): Promise<House> => {
  // First, because it is what throws where there is no rig.
  const light = new Light(options.lightPatienceMs);
  const house = new House(light, options);
  try {
    await Promise.all([house.parrot.ready(), house.ear.ready()]);
    await house.configure(options.settings ?? {});
  } catch (error) {
    await house.close();
    throw error;
  }
  return house;
};
