// The support file: one text file with everything that helps to find a fault, for its owner to read and send: the
// doctor's report, versions, the configuration, the service and its log, cards and chips. People post such files
// in public, so secrets, speech and personal data are removed.

import { closeSync, fchownSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { writeFailure } from '../../system/text-file.ts';
import type { Machine } from '../checks/machine.ts';
import { configurationForOthers } from '../redact/configuration-for-others.ts';
import { createPrivacyFilter, withoutSpeech } from '../redact/private-data.ts';
import { createTable, type Report, summaryOf } from './report.ts';

export interface SupportFacts {
  readonly report: Report;
  readonly machine: Machine;
  /** Removes secrets. */
  readonly filter: (text: string) => string;
  readonly configPath: string;
}

const unit = 'parley.service';
const COMMAND_LIMIT_MS = 20_000;

/** Not its environment, which may hold secrets. */
const unitProperties =
  'ActiveState,SubState,Result,ExecMainStatus,NRestarts,StatusText,UnitFileState,FragmentPath,DropInPaths,' +
  'MemoryCurrent,CPUUsageNSec,TasksCurrent';

const commands = [
  'uname -srmo',
  `systemctl --no-pager --lines=0 status ${unit}`,
  `systemctl --no-pager show ${unit} --property=${unitProperties}`,
  `journalctl --no-pager --unit=${unit} --lines=500 --output=short-iso --utc --no-hostname`,
  'arecord -l',
  'arecord -L',
  'aplay -l',
  'aplay -L',
  'amixer',
  'lsusb',
  'gpiodetect',
  'gpioinfo',
  'ip -brief address',
  'iw dev',
  'free -m',
  'df -h',
];

const files = [
  '/etc/os-release',
  '/proc/device-tree/model',
  '/boot/firmware/config.txt',
  '/proc/asound/cards',
  '/proc/uptime',
];

const section = (title: string, text: string | undefined): string =>
  `\n===== ${title}\n${text === undefined ? '(missing)' : text.trimEnd() || '(empty)'}\n`;

const outputOf = async (machine: Machine, command: string): Promise<string> => {
  const [program = '', ...args] = command.split(' ');
  const { code, stdout, stderr } = await machine.run(program, args, COMMAND_LIMIT_MS);
  if (code === 127) return '(not installed)';
  const failure = code === 0 ? stderr : `${stderr || 'no answer'} (exit code ${code ?? 'none'})`;
  return failure === '' ? stdout : `${stdout}(${failure})`;
};

const tableOf = (report: Report): string => {
  const titles = report.checks.map(({ title }) => title);
  const lineOf = createTable(titles, 80, false);
  return [...report.checks.map(lineOf), '', summaryOf(report)].join('\n');
};

const contentsOf = async ({ report, machine, configPath }: SupportFacts): Promise<string> => {
  const parts = [`Parley ${report.version}, support file of ${new Date().toISOString()}\n`];
  parts.push(section('doctor', tableOf(report)));
  parts.push(section('node', `${process.version} ${process.arch}`));
  for (const file of files) parts.push(section(file, await machine.text(file)));
  const configuration = await machine.text(configPath);
  parts.push(
    section(`${configPath}, without its comments`, configuration && configurationForOthers(configuration)),
  );
  for (const command of commands) parts.push(section(command, await outputOf(machine, command)));
  return parts.join('');
};

/**
 * Creates the file at once, so that a wrong path is reported before any check runs.
 * @throws Unavailable where it exists or cannot be created
 */
export const reserveSupportFile = (path: string) => {
  let file: number | undefined;
  let written = false;
  try {
    file = openSync(path, 'wx', 0o600);
    // It belongs to the user who called sudo.
    const { SUDO_UID: user, SUDO_GID: group } = process.env;
    if (process.getuid?.() === 0 && user && group) fchownSync(file, Number(user), Number(group));
  } catch (error) {
    throw writeFailure(path, error);
  }
  return {
    /** @throws Unavailable where it cannot be written */
    write: async (facts: SupportFacts): Promise<void> => {
      const text = withoutSpeech(facts.filter(await contentsOf(facts)));
      if (file === undefined) return;
      const { SUDO_USER: userName = process.env['USER'] } = process.env;
      try {
        writeFileSync(file, createPrivacyFilter(hostname(), userName)(text));
        written = true;
      } catch (error) {
        throw writeFailure(path, error);
      }
    },
    /** Removes the file where nothing was written. May be called twice. */
    close: (): void => {
      if (file === undefined) return;
      closeSync(file);
      file = undefined;
      if (!written) unlinkSync(path);
    },
    /** Its path, and what its owner should know before sending it. */
    notice:
      `The support file is ${path}. It contains the report, the configuration, the service and its log, cards and ` +
      'pins. Secrets, names, addresses and speech are removed. Read it before you send it.',
  };
};
