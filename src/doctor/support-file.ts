// What somebody who helps must know, in one text file that its owner can read, and send: the doctor's report,
// versions, the configuration, the service and its log, the cards and the chips. People post such files in
// public, so secrets, what was said, and what tells where the house stands are taken out.

import { closeSync, openSync, writeSync } from 'node:fs';
import { Unavailable } from '../exit-codes.ts';
import type { Machine } from './machine.ts';
import type { Report } from './report.ts';
import { codeOf } from './sentences.ts';

export interface SupportFacts {
  readonly report: Report;
  readonly machine: Machine;
  /** Takes secrets out. */
  readonly scrub: (text: string) => string;
  readonly configPath: string;
}

export interface SupportFile {
  write(facts: SupportFacts): Promise<void>;
  /** Where it lies, and what its owner should know before it is sent. */
  readonly words: string;
}

const commands: readonly (readonly string[])[] = [
  ['uname', '-srmo'],
  [
    'systemctl',
    '--no-pager',
    'show',
    'parley.service',
    '--property=ActiveState,SubState,NRestarts,StatusText,ExecMainStatus,Result,MemoryCurrent,CPUUsageNSec',
  ],
  ['journalctl', '--no-pager', '--unit=parley.service', '--lines=500', '--output=cat'],
  ['arecord', '-l'],
  ['arecord', '-L'],
  ['aplay', '-l'],
  ['aplay', '-L'],
  ['amixer'],
  ['gpiodetect'],
  ['gpioinfo'],
  ['free', '-m'],
  ['df', '-h'],
];

const files = ['/etc/os-release', '/proc/device-tree/model', '/proc/asound/cards', '/proc/uptime'];

/** What a line of the log says of what people said. */
const withoutSpeech = (line: string): string =>
  line.replace(/("(?:who|text|transcript)":)"(?:[^"\\]|\\.)*"/g, '$1"[what was said]"');

/** Values that a header of the configuration carries, "{key}" apart: there may be a secret in any. */
const withoutHeaders = (toml: string): string => {
  let inHeaders = false;
  return toml
    .split('\n')
    .map((line) => {
      if (/^\s*\[/.test(line)) inHeaders = /^\s*\[realtime\.headers\]/.test(line);
      const hides =
        (inHeaders && !line.trimStart().startsWith('#') && !line.includes('{key}')) ||
        /headers\s*[.=]/.test(line);
      return hides ? line.replace(/=.*/, '= "[secret]"') : line;
    })
    .join('\n');
};

const withoutPlace = (text: string): string =>
  text
    .replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '[MAC address]')
    .replaceAll(/\b(?!127\.)(\d{1,3}\.){3}\d{1,3}\b/g, '[address]')
    .replaceAll(/\b[0-9a-f]{0,4}(:[0-9a-f]{0,4}){4,7}\b/gi, '[address]');

const section = (title: string, text: string): string => `\n===== ${title}\n${text.trimEnd()}\n`;

const readable = async ({ report, machine, configPath }: SupportFacts): Promise<string> => {
  const parts = [`Parley ${report.version}, support file of ${new Date().toISOString()}\n`];
  parts.push(section('doctor', JSON.stringify(report, undefined, 2)));
  for (const file of files) parts.push(section(file, (await machine.text(file)) ?? '(not there)'));
  parts.push(section(configPath, withoutHeaders((await machine.text(configPath)) ?? '(not there)')));
  for (const [program = '', ...args] of commands) {
    const { code, output, errors } = await machine.run(program, args, 20_000);
    const words =
      output === ''
        ? `(${code === 127 ? 'not installed' : `nothing; ${errors || `exit code ${code}`}`})`
        : output;
    parts.push(section([program, ...args].join(' '), words.split('\n').map(withoutSpeech).join('\n')));
  }
  return parts.join('');
};

/**
 * Takes the name at once, so that a mistake shows before anything is looked at.
 * @throws Unavailable with one sentence where it exists or cannot be written
 */
export const reserveSupportFile = (path: string): SupportFile => {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    const why = codeOf(error) === 'EEXIST' ? 'is there already' : `cannot be written (${codeOf(error)})`;
    throw new Unavailable(`${path} ${why}: name another file with --bundle.`);
  }
  return {
    write: async (facts) => {
      const text = withoutPlace(facts.scrub(await readable(facts)));
      try {
        writeSync(file, text);
      } catch (error) {
        throw new Unavailable(`${path} cannot be written (${codeOf(error)}): make room on the disk.`);
      } finally {
        closeSync(file);
      }
    },
    words: `The support file is ${path}. Secrets, addresses and what was said are taken out; read it before you send it.`,
  };
};
