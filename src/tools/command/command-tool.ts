// An owner's tool that is a program: it reads the arguments as a line of JSON on stdin, writes the result to
// stdout, and the reason of a failure as the last line on stderr. No process of it outlives the call.

import { constants } from 'node:os';
import { ToolError } from '../../core/errors.ts';
import { isInstalled, lastLine } from '../../system/child-process.ts';
import { asSentence, because, cancellation, cutOutput, emptyOutput, type Tool } from '../tool.ts';
import { type CommandEnd, runSupervised } from './supervisor.ts';

interface CommandToolOptions extends Omit<Tool, 'run'> {
  /** The program and its arguments; they run without a shell. */
  readonly command: readonly string[];
}

export const createCommandTool = ({ command, ...tool }: CommandToolOptions): Tool => ({
  ...tool,
  run: async (args, signal) => {
    if (signal.aborted) throw cancellation(signal);
    const supervised = { command, env: { PARLEY_TOOL: tool.name }, input: JSON.stringify(args) };
    const end = await runSupervised(supervised, signal);
    if (signal.aborted) throw cancellation(signal);
    if (end.how === 'exit' && end.code === 0) return { output: outputOf(end) };
    throw commandError(tool.name, command[0] ?? '', end);
  },
});

const outputOf = ({ stdout }: CommandEnd): string => cutOutput(stdout).replace(/\r?\n$/, '') || emptyOutput;

/** Why a command failed. The code is one of those below. */
export const commandError = (tool: string, program: string, end: CommandEnd): ToolError => {
  const [code, reason] = reasonOf(end, program);
  return new ToolError(code, asSentence(`The tool ${tool} ${reason}`));
};

type Reason = readonly [code: string, reason: string];

const reasonOf = (end: CommandEnd, program: string): Reason => {
  switch (end.how) {
    case 'exit':
      return exitReason(end);
    case 'signal':
      return [
        'command-killed',
        `was killed by ${nameIn(constants.signals, end.code)}${because(lastLine(end.stderr))}`,
      ];
    case 'not-started': {
      const [code, reason] = startReason(end.code, program);
      return [code, `cannot be started: ${reason}`];
    }
    case 'output-too-long':
      return ['output-too-long', 'wrote without end and was killed; make it write less'];
    case 'unsupported':
      return [
        'supervisor-unsupported',
        `cannot be run here, since its supervisor cannot work${because(end.stderr)}`,
      ];
    case 'lost':
      return lostReason(end);
  }
};

const exitReason = (end: CommandEnd): Reason => {
  const why = because(lastLine(end.stderr));
  if (end.code === 127)
    return ['command-in-script-missing', `ended with exit code 127, a command in it was not found${why}`];
  if (end.code === 126)
    return [
      'command-in-script-not-executable',
      `ended with exit code 126, a command in it is not executable${why}`,
    ];
  return ['command-failed', `failed with exit code ${end.code}${why}`];
};

const { ENOENT, ENOTDIR, E2BIG, ENOEXEC, EACCES } = constants.errno;

const startReason = (errno: number, program: string): Reason => {
  if (errno === ENOENT || errno === ENOTDIR)
    return isInstalled(program)
      ? ['interpreter-missing', `the interpreter that the first line of ${program} names was not found`]
      : ['command-missing', `${program} was not found; correct its command in the configuration`];
  if (errno === E2BIG) return ['command-too-long', `the command of ${program} is too long`];
  if (errno === ENOEXEC) return ['not-a-program', `${program} is not a program for this machine`];
  if (errno === EACCES)
    return ['not-executable', `${program} is not executable for this user; try chmod 755 ${program}`];
  return ['command-not-started', `${program} gave the error ${nameIn(constants.errno, errno)}`];
};

const nameIn = (numbers: Readonly<Record<string, number>>, wanted: number): string =>
  Object.entries(numbers).find(([, number]) => number === wanted)?.[0] ?? String(wanted);

const lostReason = ({ code, stderr }: CommandEnd): Reason => {
  if (!isInstalled('perl'))
    return ['perl-missing', 'cannot be run: perl is missing; install it with sudo apt install perl-base'];
  const why = because(stderr);
  // Child reports 126: too many processes, for example.
  return code === 126
    ? ['supervisor-not-started', `could not be started${why}`]
    : ['supervisor-killed', `was ended from outside with its supervisor${why}`];
};
