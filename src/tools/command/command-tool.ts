// A tool that is a program of the owner's: the arguments as a line of JSON on stdin, the result on stdout, the
// reason of a failure as the last line on stderr. Nothing of it outlives the call; see the keeper.

import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { isInstalled } from '../../system/child-process.ts';
import type { JsonSchema, Tool } from '../tool.ts';
import { type KeptEnd, keep } from './tool-keeper.ts';
import { cancellation, DONE, OUTPUT_LIMIT_BYTES, oneLine, sentence } from './tool-words.ts';

export interface CommandToolOptions {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  readonly timeoutMs: number;
  /** The program and its arguments; no shell is between. */
  readonly command: readonly string[];
}

export const createCommandTool = ({ command, ...tool }: CommandToolOptions): Tool => ({
  ...tool,
  run: async (args, signal) => {
    if (signal.aborted) throw cancellation(signal);
    const kept = {
      command,
      env: { PARLEY_TOOL: tool.name },
      input: JSON.stringify(args),
      outputLimitBytes: OUTPUT_LIMIT_BYTES,
    };
    const end = await keep(kept, signal);
    if (signal.aborted) throw cancellation(signal);
    if (end.how === 'exit' && end.code === 0) return { output: outputOf(end) };
    throw new ToolError(sentence(`The tool ${tool.name} ${reasonOf(end, command[0] ?? '')}`));
  },
});

const outputOf = ({ output }: KeptEnd): string => output.toString('utf8').replace(/\r?\n$/, '') || DONE;

const reasonOf = (end: KeptEnd, program: string): string => {
  switch (end.how) {
    case 'exit':
      return `${exitOf(end.code)}${because(end)}`;
    case 'signal':
      return `was killed by ${signalName(end.code)}${because(end)}`;
    case 'failed':
      return failureOf(end.code, program);
    case 'flood':
      return `wrote more than ${OUTPUT_LIMIT_BYTES / 1024} KB and was killed; make it write less`;
    case 'unable':
      return `cannot be run here, since its keeper cannot work: ${oneLine(end.lastWords)}`;
    case 'lost':
      return lostBy(end);
  }
};

const exitOf = (code: number): string => {
  if (code === 127) return 'ended with exit code 127, a command in it was not found';
  if (code === 126) return 'ended with exit code 126, a command in it is not executable';
  return `failed with exit code ${code}`;
};

/** The last line that it wrote to stderr. */
const because = ({ lastWords }: KeptEnd): string => {
  const line = oneLine(lastWords.slice(lastWords.lastIndexOf('\n') + 1));
  return line === '' ? '' : `: ${line}`;
};

const { ENOENT, ENOTDIR, E2BIG, ENOEXEC, EACCES } = constants.errno;

const failureOf = (errno: number, program: string): string => {
  if (errno === ENOENT || errno === ENOTDIR)
    return isThere(program)
      ? `cannot be started: the interpreter that the first line of ${program} names was not found`
      : `cannot be started: ${program} was not found; correct its command in the configuration`;
  if (errno === E2BIG) return `cannot be started: the command of ${program} is too long`;
  if (errno === ENOEXEC) return `cannot be started: ${program} is no program of this machine`;
  if (errno === EACCES)
    return `cannot be started: ${program} is not executable for this user; try chmod 755 ${program}`;
  return `cannot be started: ${program} gave the error ${nameIn(constants.errno, errno)}`;
};

const isThere = (program: string): boolean =>
  program.includes('/') ? existsSync(resolve('/', program)) : isInstalled(program);

const signalName = (signal: number): string => nameIn(constants.signals, signal);

const nameIn = (numbers: Readonly<Record<string, number>>, wanted: number): string =>
  Object.entries(numbers).find(([, number]) => number === wanted)?.[0] ?? String(wanted);

const lostBy = ({ code, lastWords }: KeptEnd): string => {
  if (!isInstalled('perl'))
    return 'cannot be run: perl is missing; install it with sudo apt install perl-base';
  const words = lastWords === '' ? '' : `: ${oneLine(lastWords)}`;
  // 126 is told by Child: too many processes, for one.
  return code === 126 ? `could not be started${words}` : `was ended from outside with its keeper${words}`;
};
