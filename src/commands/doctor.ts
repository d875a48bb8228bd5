// `parley doctor`: looks at everything that Parley needs, and says of each thing whether it is right and what
// to do where it is not.

import { realpathSync } from 'node:fs';
import type { Config } from '../config.ts';
import { type Ask, createTerminalAsk, type TerminalAsk } from '../doctor/ask.ts';
import type { Check } from '../doctor/check.ts';
import { clockCheck } from '../doctor/clock-check.ts';
import { readConfiguration } from '../doctor/config-check.ts';
import { gpioChecks } from '../doctor/gpio-checks.ts';
import { guarded } from '../doctor/guard.ts';
import { type FoundKey, findKey } from '../doctor/key-check.ts';
import { createMachine, type Machine } from '../doctor/machine.ts';
import { Pause } from '../doctor/pause.ts';
import { powerCheck } from '../doctor/power-check.ts';
import { nodeCheck, releaseCheck } from '../doctor/program-checks.ts';
import { mapWords, type Report, reportOf } from '../doctor/report.ts';
import { chained, runChecks, skipped } from '../doctor/runner.ts';
import { createScrub, environmentSecrets } from '../doctor/scrub.ts';
import { dnsCheck, targetOf, tcpCheck, tlsCheck } from '../doctor/service-checks.ts';
import { sessionCheck } from '../doctor/session-check.ts';
import { silentLog } from '../doctor/silent-log.ts';
import { soundChecks } from '../doctor/sound-checks.ts';
import { diskCheck, memoryCheck } from '../doctor/space-checks.ts';
import { reserveSupportFile } from '../doctor/support-file.ts';
import { createTable, summaryOf } from '../doctor/table.ts';
import { readUnit, unitCheck } from '../doctor/unit-check.ts';
import { wifiPowerCheck, wifiSignalCheck } from '../doctor/wifi-checks.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { connector, createLoudspeaker, createMicrophone } from '../parts.ts';
import { secretsFor } from './secrets-for.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly silent?: boolean;
  /** Where the support file goes. */
  readonly bundle?: string;
}

export interface Program {
  readonly version: string;
  /** The folder in which dist/ lies. */
  readonly root: string;
}

/** Everything that the checks are made from. */
interface Facts {
  readonly options: DoctorOptions;
  readonly program: Program;
  readonly machine: Machine;
  readonly config: Config;
  readonly configCheck: Check;
  readonly found: FoundKey;
  readonly ask: Ask | undefined;
  readonly serviceRuns: boolean;
}

/**
 * `ok` where no check failed.
 * @throws Unavailable where the support file cannot be written
 * @throws Interrupted by a signal, when everything is as it was
 */
export const doctor = async (options: DoctorOptions, program: Program): Promise<ExitCode> => {
  const machine = createMachine();
  const environment = environmentSecrets(process.env);
  const { config, check, path } = readConfiguration(options.config);
  const found = findKey(config, { environment: process.env });
  const scrub = createScrub([...environment, ...found.secrets, ...secretsFor(config, found.key)]);
  const supportFile = options.bundle === undefined ? undefined : reserveSupportFile(options.bundle);
  const ask = terminal(options);
  const pause = new Pause(machine);
  const work = async (): Promise<Report> => {
    if (ask !== undefined && process.getuid?.() === 0) await pause.offer(ask);
    const serviceRuns = (await readUnit(machine))?.active === true;
    const facts = { options, program, machine, config, configCheck: check, found, ask, serviceRuns };
    return examine(facts, scrub);
  };
  const report = await guarded(work, async () => {
    ask?.close();
    const sentence = await pause.resume();
    if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
  });
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(`\n${summaryOf(report)}\n`);
  if (supportFile !== undefined) {
    await supportFile.write({ report, machine, scrub, configPath: path });
    process.stderr.write(`${supportFile.words}\n`);
  }
  return report.verdict === 'fail' ? exitCodes.failed : exitCodes.ok;
};

const terminal = ({ json, silent }: DoctorOptions): TerminalAsk | undefined =>
  process.stdin.isTTY && process.stdout.isTTY && !json && !silent
    ? createTerminalAsk({ input: process.stdin, output: process.stdout })
    : undefined;

const examine = async (facts: Facts, scrub: (text: string) => string): Promise<Report> => {
  const series = seriesOf(facts);
  const row = createTable({
    titles: series.flat().map(({ title }) => title),
    columns: process.stdout.columns ?? 80,
    colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  });
  const print = facts.options.json
    ? () => undefined
    : (line: string) => void process.stdout.write(`${line}\n`);
  const rows = await runChecks(series, {
    ask: facts.ask,
    onRow: (one) => print(row(mapWords(one, scrub))),
  });
  return reportOf(
    facts.program.version,
    rows.map((one) => mapWords(one, scrub)),
  );
};

/** Series run side by side. Whoever is asked is asked one thing at a time, so then there is only one. */
const seriesOf = (facts: Facts): Check[][] => {
  const series = [programChecks(facts), networkChecks(facts), hardwareChecks(facts), hostChecks(facts)];
  return facts.ask === undefined ? series : [series.flat()];
};

const programChecks = ({ program, machine, configCheck, found }: Facts): Check[] => [
  nodeCheck({ version: process.version, path: realpathSync(process.execPath) }),
  releaseCheck({ ...program, nodeAbi: process.versions.modules }),
  configCheck,
  found.check,
  unitCheck(machine),
];

const networkChecks = ({ options, config, found }: Facts): Check[] => {
  const target = targetOf(config.realtime.url);
  const checks = chained([
    dnsCheck(target),
    tcpCheck(target),
    tlsCheck(target),
    sessionCheck({
      connector: (onOpen) => connector(config, found.key, onOpen),
      limitMs: config.conversation.connectLimitS * 1000,
    }),
  ]);
  return options.offline ? skipped(checks, 'offline') : checks;
};

const hardwareChecks = ({ options, config, machine, ask, serviceRuns }: Facts): Check[] => [
  ...soundChecks({
    microphoneConfig: config.microphone,
    loudspeakerConfig: config.loudspeaker,
    microphone: createMicrophone(config),
    loudspeaker: createLoudspeaker(config),
    machine,
    ask,
    silent: options.silent === true,
  }),
  ...gpioChecks({ button: config.button, light: config.light, machine, ask, serviceRuns, log: silentLog }),
];

const hostChecks = ({ options, config, machine }: Facts): Check[] => [
  clockCheck({ machine, url: options.offline ? undefined : config.realtime.url }),
  powerCheck(machine),
  wifiPowerCheck(machine),
  wifiSignalCheck(machine),
  diskCheck(),
  memoryCheck(machine),
];
