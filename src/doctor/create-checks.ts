// Which checks there are, in which order, and what each is given.

import { realpathSync } from 'node:fs';
import type { Log } from '../core/ports.ts';
import { connector, createLoudspeaker, createMicrophone, noOffer } from '../daemon/create-io.ts';
import { type Check, skip } from './check.ts';
import { clockCheck } from './checks/clock-check.ts';
import type { ReadConfiguration } from './checks/config-check.ts';
import { gpioChecks } from './checks/gpio-checks.ts';
import type { FoundKey } from './checks/key-check.ts';
import type { Machine } from './checks/machine.ts';
import { powerCheck } from './checks/power-check.ts';
import { type Installation, nodeCheck, releaseCheck } from './checks/program-checks.ts';
import { dnsCheck, sessionCheck, targetOf, tcpCheck, tlsCheck } from './checks/service-checks.ts';
import { soundChecks } from './checks/sound-checks.ts';
import { diskCheck, memoryCheck } from './checks/space-checks.ts';
import { type UnitState, unitCheck } from './checks/unit-check.ts';
import { wifiPowerCheck, wifiSignalCheck } from './checks/wifi-checks.ts';
import { chained, skipped } from './run.ts';
import type { UserDialog } from './user-dialog.ts';

/** Everything that the checks are made from. */
export interface Facts {
  readonly offline: boolean;
  readonly silent: boolean;
  readonly installation: Installation;
  readonly machine: Machine;
  readonly configuration: ReadConfiguration;
  readonly found: FoundKey;
  readonly unit: UnitState | undefined;
  readonly dialog: UserDialog | undefined;
  /** At this moment; `unit` may be older. */
  readonly serviceRuns: boolean;
}

const configInvalid = skip('skipped-config-invalid', 'not tried: the configuration is wrong');
const offlineSkip = skip('skipped-offline', 'offline');
const noKey = skip('skipped-key-missing', 'not tried: it needs a key');

/** Failures come back as findings. */
const ignore = (): undefined => undefined;
const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** All checks, in series that can run in parallel. */
export const createChecks = (facts: Facts): Check[][] => [
  programChecks(facts),
  networkChecks(facts),
  hardwareChecks(facts),
  hostChecks(facts),
];

const programChecks = ({ installation, configuration, found, unit }: Facts): Check[] => [
  nodeCheck(process.version, realpathSync(process.execPath)),
  releaseCheck({ ...installation, nodeAbi: process.versions.modules }),
  configuration.check,
  // A missing key is a fault only where the configuration needs one.
  ...(configuration.isValid || found.key !== undefined
    ? [found.check]
    : skipped([found.check], configInvalid)),
  unitCheck(unit),
];

const networkChecks = ({ offline, configuration, found }: Facts): Check[] => {
  const { config, isValid } = configuration;
  const target = targetOf(config.realtime.url);
  const connect = (onOpen: () => void) => connector(config, found.key, noOffer, onOpen);
  const session = sessionCheck(connect, config.conversation.connectLimitS * 1000);
  const lacksKey = found.isNeeded && found.key === undefined;
  const checks = [
    dnsCheck(target),
    tcpCheck(target),
    tlsCheck(target),
    ...(lacksKey ? skipped([session], noKey) : [session]),
  ];
  if (offline) return skipped(checks, offlineSkip);
  // The key must not be sent to a service that it was not meant for.
  return isValid ? chained(checks) : skipped(checks, configInvalid);
};

const hardwareChecks = (facts: Facts): Check[] => {
  const { configuration, machine, dialog, serviceRuns, silent } = facts;
  const { config, isValid } = configuration;
  const cards = { microphone: createMicrophone(config), loudspeaker: createLoudspeaker(config) };
  const sound = soundChecks({ ...cards, config, machine, dialog, silent });
  const { button, light } = config;
  const gpio = gpioChecks({ button, light, machine, dialog, serviceRuns, log: silentLog });
  // The default lines may be connected to something else: to drive one could do damage.
  return [...sound, ...(isValid ? gpio : skipped(gpio, configInvalid))];
};

const hostChecks = ({ offline, configuration, machine }: Facts): Check[] => [
  clockCheck(machine, offline || !configuration.isValid ? undefined : configuration.config.realtime.url),
  powerCheck(machine),
  wifiPowerCheck(machine),
  wifiSignalCheck(machine),
  diskCheck(),
  memoryCheck(machine),
];
