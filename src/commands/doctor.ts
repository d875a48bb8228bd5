// `parley doctor`: looks at everything that Parley needs, and says of each thing whether it is right and what
// to do where it is not. It leaves the machine as it found it, whatever happens.

import type { Config } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { createTerminalAsk, type TerminalAsk } from '../doctor/ask.ts';
import { readConfiguration } from '../doctor/checks/config-check.ts';
import { findKey } from '../doctor/checks/key-check.ts';
import { createMachine } from '../doctor/checks/machine.ts';
import { readUnit } from '../doctor/checks/unit-check.ts';
import { createScrub, environmentSecrets } from '../doctor/redact/scrub.ts';
import { mapWords, type Report, reportOf } from '../doctor/report/report.ts';
import { reserveSupportFile } from '../doctor/report/support-file.ts';
import { createTable, summaryOf } from '../doctor/report/table.ts';
import { runChecks } from '../doctor/run.ts';
import { Pause } from '../doctor/service-pause.ts';
import { guarded, Interrupted } from '../doctor/with-cleanup.ts';
import { type Facts, type Program, seriesOf } from './doctor-checks.ts';
import { secretsFor } from './secrets-for.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly silent?: boolean;
  /** Where the support file goes. */
  readonly bundle?: string;
}

/**
 * `ok` where no check failed. A signal ends the program, when everything is as it was.
 * @throws Unavailable where the support file cannot be written
 */
export const doctor = async (options: DoctorOptions, program: Program): Promise<ExitCode> => {
  const machine = createMachine();
  const pause = new Pause(machine);
  const ask = terminal(options);
  const environment = environmentSecrets(process.env);
  const configuration = readConfiguration(options.config);
  const { config, path } = configuration;
  const found = findKey(config, { environment: process.env });
  const scrub = createScrub([...environment, ...found.secrets, ...secretsFor(config, found.key)]);
  const supportFile = options.bundle === undefined ? undefined : reserveSupportFile(options.bundle);
  const work = async (): Promise<ExitCode> => {
    const unit = await readUnit(machine);
    const serviceRuns = unit?.active === true && !(await isPaused(pause, ask, config));
    const { offline = false, silent = false } = options;
    const facts = { offline, silent, program, machine, configuration, found, unit, ask, serviceRuns };
    const report = await examine(facts, options.json === true, scrub);
    await supportFile?.write({ report, machine, scrub, configPath: path });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${summaryOf(report)}\n`);
    if (supportFile !== undefined) process.stderr.write(`${supportFile.words}\n`);
    return report.verdict === 'fail' ? exitCodes.failed : exitCodes.ok;
  };
  const putBack = async (): Promise<void> => {
    ask?.close();
    supportFile?.close();
    const sentence = await pause.resume();
    if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
  };
  return guarded(work, putBack).catch(obeyed);
};

/** The signal does what it always does, only later. */
const obeyed = (error: unknown): ExitCode => {
  if (!(error instanceof Interrupted)) throw error;
  process.kill(process.pid, error.signal);
  return exitCodes.failed;
};

const terminal = ({ json, silent }: DoctorOptions): TerminalAsk | undefined =>
  process.stdin.isTTY && process.stdout.isTTY && !json && !silent
    ? createTerminalAsk({ input: process.stdin, output: process.stdout })
    : undefined;

/** Whether the service, which runs, is now stopped for the test: root is asked, where it would be in the way. */
const isPaused = async (
  pause: Pause,
  ask: TerminalAsk | undefined,
  { button, light }: Config,
): Promise<boolean> => {
  const usesPins = button.backend !== 'none' || light.backend !== 'none';
  return ask !== undefined && usesPins && process.getuid?.() === 0 && pause.offer(ask);
};

const examine = async (facts: Facts, json: boolean, scrub: (text: string) => string): Promise<Report> => {
  const series = seriesOf(facts);
  const { stdout } = process;
  const lineOf = createTable({
    titles: series.flat().map(({ title }) => title),
    // A serial line has none to tell, or tells 0.
    columns: stdout.columns || 80,
    colour: stdout.isTTY && stdout.hasColors(),
  });
  const rows = await runChecks(series, {
    ask: facts.ask,
    onRow: (row) => {
      if (!json) stdout.write(`${lineOf(mapWords(row, scrub))}\n`);
    },
  });
  return reportOf(
    facts.program.version,
    rows.map((row) => mapWords(row, scrub)),
  );
};
