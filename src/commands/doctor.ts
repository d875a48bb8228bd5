// `parley doctor`: checks everything that Parley needs, and reports each finding with its remedy. The machine is
// restored, even after an error or a signal.

import { secretsFor } from '../config/secrets.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { readConfiguration } from '../doctor/checks/config-check.ts';
import { findKey } from '../doctor/checks/key-check.ts';
import { createMachine } from '../doctor/checks/machine.ts';
import type { Installation } from '../doctor/checks/program-checks.ts';
import { createServicePause, readUnit } from '../doctor/checks/unit-check.ts';
import { createChecks, type Facts } from '../doctor/create-checks.ts';
import { createSecretFilter, environmentSecrets } from '../doctor/redact/private-data.ts';
import {
  createReport,
  createTable,
  mapText,
  type Report,
  type Row,
  summaryOf,
} from '../doctor/report/report.ts';
import { reserveSupportFile } from '../doctor/report/support-file.ts';
import { runChecks } from '../doctor/run.ts';
import { createTerminalDialog, type TerminalDialog } from '../doctor/user-dialog.ts';
import { Interrupted, withCleanup } from '../doctor/with-cleanup.ts';

/** As on the command line. */
export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly silent?: boolean;
  readonly bundle?: string;
}

/**
 * `ok` where no check failed. A signal ends the program, after the cleanup.
 * @throws Unavailable where the support file cannot be written
 */
export const doctor = async (options: DoctorOptions, installation: Installation): Promise<ExitCode> => {
  const machine = createMachine();
  const pause = createServicePause(machine);
  const dialog = openDialog(options);
  const environment = environmentSecrets(process.env);
  const configuration = readConfiguration(options.config);
  const { config, path } = configuration;
  const found = findKey(config, { environment: process.env });
  const filter = createSecretFilter([...environment, ...found.secrets, ...secretsFor(config, found.key)]);
  const supportFile = options.bundle === undefined ? undefined : reserveSupportFile(options.bundle);
  // Also where the output cannot be written, which ends the process.
  process.on('exit', () => supportFile?.close());
  const work = async (): Promise<ExitCode> => {
    const unit = await readUnit(machine);
    const holdsLines = config.button.backend !== 'none' || config.light.backend !== 'none';
    const mayPause = unit?.active === true && holdsLines && process.getuid?.() === 0;
    const isPaused = mayPause && dialog !== undefined && (await pause.offer(dialog));
    const serviceRuns = unit?.active === true && !isPaused;
    const { offline = false, silent = false } = options;
    const facts = { offline, silent, installation, machine, configuration, found, unit, dialog, serviceRuns };
    const report = await examine(facts, options.json === true, filter);
    await supportFile?.write({ report, machine, filter, configPath: path });
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${summaryOf(report)}\n`);
    if (supportFile !== undefined) process.stderr.write(`${supportFile.notice}\n`);
    return report.verdict === 'fail' ? exitCodes.failed : exitCodes.ok;
  };
  const cleanup = async (): Promise<void> => {
    dialog?.close();
    supportFile?.close();
    const sentence = await pause.resume();
    if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
  };
  return withCleanup(work, cleanup).catch(obeySignal);
};

/** Ends the process by the signal, after the cleanup. */
const obeySignal = (error: unknown): ExitCode => {
  if (!(error instanceof Interrupted)) throw error;
  process.kill(process.pid, error.signal);
  return exitCodes.failed;
};

const openDialog = ({ json, silent }: DoctorOptions): TerminalDialog | undefined =>
  process.stdin.isTTY && process.stdout.isTTY && !json && !silent
    ? createTerminalDialog(process.stdin, process.stdout)
    : undefined;

const examine = async (facts: Facts, json: boolean, filter: (text: string) => string): Promise<Report> => {
  const series = createChecks(facts);
  const titles = series.flat().map(({ title }) => title);
  const { stdout } = process;
  // A serial line has no width, or the width 0.
  const lineOf = createTable(titles, stdout.columns || 80, stdout.isTTY && stdout.hasColors());
  const rows: Row[] = [];
  for await (const row of runChecks(series, facts.dialog)) {
    const shown = mapText(row, filter);
    rows.push(shown);
    if (!json) stdout.write(`${lineOf(shown)}\n`);
  }
  return createReport(facts.installation.version, rows);
};
