// Which checks there are, in which order, and what each is given.

import { realpathSync } from 'node:fs';
import { connector, createLoudspeaker, createMicrophone, noOffer } from '../daemon/create-io.ts';
import type { Ask } from '../doctor/ask.ts';
import type { Check } from '../doctor/check.ts';
import { clockCheck } from '../doctor/checks/clock-check.ts';
import type { ReadConfiguration } from '../doctor/checks/config-check.ts';
import { gpioChecks } from '../doctor/checks/gpio-checks.ts';
import type { FoundKey } from '../doctor/checks/key-check.ts';
import type { Machine } from '../doctor/checks/machine.ts';
import { powerCheck } from '../doctor/checks/power-check.ts';
import { nodeCheck, releaseCheck } from '../doctor/checks/program-checks.ts';
import { dnsCheck, targetOf, tcpCheck, tlsCheck } from '../doctor/checks/service-checks.ts';
import { sessionCheck } from '../doctor/checks/session-check.ts';
import { soundChecks } from '../doctor/checks/sound-checks.ts';
import { diskCheck, memoryCheck } from '../doctor/checks/space-checks.ts';
import { type UnitState, unitCheck } from '../doctor/checks/unit-check.ts';
import { wifiPowerCheck, wifiSignalCheck } from '../doctor/checks/wifi-checks.ts';
import { chained, skipped } from '../doctor/run.ts';
import { silentLog } from '../doctor/silent-log.ts';

export interface Program {
  readonly version: string;
  /** The folder in which dist/ lies. */
  readonly root: string;
}

/** Everything that the checks are made from. */
export interface Facts {
  readonly offline: boolean;
  readonly silent: boolean;
  readonly program: Program;
  readonly machine: Machine;
  readonly configuration: ReadConfiguration;
  readonly found: FoundKey;
  readonly unit: UnitState | undefined;
  readonly ask: Ask | undefined;
  /** At this moment, whatever `unit` says. */
  readonly serviceRuns: boolean;
}

const wrongConfiguration = 'not tried: the configuration is wrong';

/** What does not disturb each other stands in different series. */
export const seriesOf = (facts: Facts): Check[][] => [
  programChecks(facts),
  networkChecks(facts),
  hardwareChecks(facts),
  hostChecks(facts),
];

const programChecks = ({ program, configuration, found, unit }: Facts): Check[] => [
  nodeCheck({ version: process.version, path: realpathSync(process.execPath) }),
  releaseCheck({ ...program, nodeAbi: process.versions.modules }),
  configuration.check,
  // Where there is none, perhaps none is wanted.
  ...(configuration.isRight || found.key !== undefined
    ? [found.check]
    : skipped([found.check], wrongConfiguration)),
  unitCheck(unit),
];

const networkChecks = ({ offline, configuration, found }: Facts): Check[] => {
  const { config, isRight } = configuration;
  const target = targetOf(config.realtime.url);
  const session = sessionCheck({
    connector: (onOpen) => connector(config, found.key, noOffer, onOpen),
    limitMs: config.conversation.connectLimitS * 1000,
  });
  const noKey = found.isWanted && found.key === undefined;
  const checks = [
    dnsCheck(target),
    tcpCheck(target),
    tlsCheck(target),
    ...(noKey ? skipped([session], 'not tried: it wants a key') : [session]),
  ];
  if (offline) return skipped(checks, 'offline');
  // The key must not go to a service that it was not meant for.
  return isRight ? chained(checks) : skipped(checks, wrongConfiguration);
};

const hardwareChecks = (facts: Facts): Check[] => {
  const { configuration, machine, ask, serviceRuns, silent } = facts;
  const { config, isRight } = configuration;
  const sound = soundChecks({
    microphoneConfig: config.microphone,
    loudspeakerConfig: config.loudspeaker,
    microphone: createMicrophone(config),
    loudspeaker: createLoudspeaker(config),
    machine,
    ask,
    silent,
  });
  const { button, light } = config;
  const gpio = gpioChecks({ button, light, machine, ask, serviceRuns, log: silentLog });
  // Nobody knows what is connected to the lines of the defaults: to drive one could do damage.
  return [...sound, ...(isRight ? gpio : skipped(gpio, wrongConfiguration))];
};

const hostChecks = ({ offline, configuration, machine }: Facts): Check[] => [
  clockCheck({
    machine,
    url: offline || !configuration.isRight ? undefined : configuration.config.realtime.url,
  }),
  powerCheck(machine),
  wifiPowerCheck(machine),
  wifiSignalCheck(machine),
  diskCheck(),
  memoryCheck(machine),
];
