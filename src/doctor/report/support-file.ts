// What somebody who helps must know, in one text file that its owner can read, and send: the doctor's report,
// versions, the configuration, the service and its log, the cards and the chips. People post such files in
// public, so secrets, what was said, and what tells who and where they are is taken out.

import { closeSync, fchownSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errorCode, errorMessage, Unavailable } from '../../core/errors.ts';
import type { Machine } from '../checks/machine.ts';
import { configurationForOthers } from '../redact/configuration-for-others.ts';
import { privacyFilter, withoutSpeech } from '../redact/private-words.ts';
import type { Report } from './report.ts';
import { createTable, summaryOf } from './table.ts';

export interface SupportFacts {
  readonly report: Report;
  readonly machine: Machine;
  /** Takes secrets out. */
  readonly scrub: (text: string) => string;
  readonly configPath: string;
}

export interface SupportFile {
  /** @throws Unavailable where the disk does not take it */
  write(facts: SupportFacts): Promise<void>;
  /** An empty file does not stay. May be called twice. */
  close(): void;
  /** Where it lies, and what its owner should know before it is sent. */
  readonly words: string;
}

const unit = 'parley.service';
const commandLimitMs = 20_000;

/** Not its environment: what somebody put there is theirs. */
const unitProperties = [
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainStatus',
  'NRestarts',
  'StatusText',
  'UnitFileState',
  'FragmentPath',
  'DropInPaths',
  'MemoryCurrent',
  'CPUUsageNSec',
  'TasksCurrent',
];

const commands: readonly (readonly string[])[] = [
  ['uname', '-srmo'],
  ['systemctl', '--no-pager', '--lines=0', 'status', unit],
  ['systemctl', '--no-pager', 'show', unit, `--property=${unitProperties.join(',')}`],
  [
    'journalctl',
    '--no-pager',
    `--unit=${unit}`,
    '--lines=500',
    '--output=short-iso',
    '--utc',
    '--no-hostname',
  ],
  ['arecord', '-l'],
  ['arecord', '-L'],
  ['aplay', '-l'],
  ['aplay', '-L'],
  ['amixer'],
  ['lsusb'],
  ['gpiodetect'],
  ['gpioinfo'],
  ['ip', '-brief', 'address'],
  ['iw', 'dev'],
  ['free', '-m'],
  ['df', '-h'],
];

const files = [
  '/etc/os-release',
  '/proc/device-tree/model',
  '/boot/firmware/config.txt',
  '/proc/asound/cards',
  '/proc/uptime',
];

const section = (title: string, text: string | undefined): string =>
  `\n===== ${title}\n${text?.trimEnd() || '(not there)'}\n`;

const answerOf = async (machine: Machine, [program = '', ...args]: readonly string[]): Promise<string> => {
  const { code, output, errors } = await machine.run(program, args, commandLimitMs);
  if (code === 127) return '(not installed)';
  const complaint = code === 0 ? errors : `${errors || 'no answer'} (exit code ${code ?? 'none'})`;
  return complaint === '' ? output : `${output}(${complaint})`;
};

const tableOf = (report: Report): string => {
  const titles = report.checks.map(({ title }) => title);
  const lineOf = createTable({ titles, columns: 80, colour: false });
  return [...report.checks.map(lineOf), '', summaryOf(report)].join('\n');
};

const readable = async ({ report, machine, configPath }: SupportFacts): Promise<string> => {
  const parts = [`Parley ${report.version}, support file of ${new Date().toISOString()}\n`];
  parts.push(section('doctor', tableOf(report)));
  parts.push(section('node', `${process.version} ${process.arch}`));
  for (const file of files) parts.push(section(file, await machine.text(file)));
  const configuration = await machine.text(configPath);
  parts.push(
    section(`${configPath}, without its comments`, configuration && configurationForOthers(configuration)),
  );
  for (const command of commands) parts.push(section(command.join(' '), await answerOf(machine, command)));
  return parts.join('');
};

/** For its owner, who may be root by sudo alone. */
const giveTo = (file: number, { SUDO_UID: user, SUDO_GID: group }: NodeJS.ProcessEnv): void => {
  if (process.getuid?.() === 0 && user !== undefined && group !== undefined)
    fchownSync(file, Number(user), Number(group));
};

/**
 * Takes the name at once, so that a mistake shows before anything is looked at.
 * @throws Unavailable with one sentence where it exists or cannot be written
 */
export const reserveSupportFile = (path: string): SupportFile => {
  let file: number | undefined;
  let written = false;
  try {
    file = openSync(path, 'wx', 0o600);
    giveTo(file, process.env);
  } catch (error) {
    const why =
      errorCode(error) === 'EEXIST' ? 'is there already' : `cannot be written (${errorCode(error)})`;
    throw new Unavailable('file-not-writable', `${path} ${why}: name another file with --bundle.`);
  }
  return {
    write: async (facts) => {
      const text = withoutSpeech(facts.scrub(await readable(facts)));
      if (file === undefined) return;
      const { SUDO_USER: userName = process.env['USER'] } = process.env;
      try {
        writeFileSync(file, privacyFilter({ hostName: hostname(), userName })(text));
        written = true;
      } catch (error) {
        throw new Unavailable(
          'file-not-writable',
          `${path} cannot be written (${errorCode(error) ?? errorMessage(error)}): make room.`,
        );
      }
    },
    close: () => {
      if (file === undefined) return;
      closeSync(file);
      file = undefined;
      if (!written) unlinkSync(path);
    },
    words:
      `The support file is ${path}. It holds the report, the configuration, the service with its log, cards and pins; ` +
      'secrets, names, addresses and what was said are taken out; read it before you send it.',
  };
};
