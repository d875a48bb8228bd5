// The command line tools of libgpiod 2, and what their failures mean. A tool holds its line until it ends, so the
// owner of the child owns the line. Version 1 has another command line and cannot blink. The messages are those of
// 2.2 (Debian 13); an unknown message is passed on as it is.

import { type Failure, oneLine } from '../core/errors.ts';
import { type ChildEnd, type CommandResult, runCommand } from '../system/child-process.ts';
import { type GpioFailureCode, gpioFailure } from './gpio-failure.ts';

/** A tool needs milliseconds; a machine that is very busy makes that seconds. */
const TIME_LIMIT_MS = 10_000;

/** One line of one chip; `chip` as the tools take it, `/dev/gpiochip0`. */
export interface GpiodLine {
  readonly chip: string;
  readonly gpio: number;
  readonly activeLow: boolean;
}

/** Runs a tool that ends by itself; one that does not is killed after ten seconds. Never rejects. */
export const runTool = (tool: string, args: readonly string[]): Promise<CommandResult> =>
  runCommand(tool, args, { timeoutMs: TIME_LIMIT_MS });

/** For a tool with the failure `timed-out`; follows a colon. */
export const timeoutReason = (tool: string): string => `${tool} did not end within ${TIME_LIMIT_MS / 1000} s`;

/** For people. */
export const nameOf = ({ gpio, chip }: GpiodLine): string => `GPIO ${gpio} of ${chip}`;

/** The arguments for a line, which all tools share; `gpioinfo` shows the consumer. */
export const lineArguments = (line: GpiodLine, consumer: string): string[] => [
  ...['--banner', '--chip', line.chip, '--consumer', consumer],
  ...(line.activeLow ? ['--active-low'] : []),
];

/** The arguments with which `gpioinfo` shows one line. */
export const infoArguments = ({ chip, gpio }: Pick<GpiodLine, 'chip' | 'gpio'>): string[] => [
  '--chip',
  chip,
  String(gpio),
];

/** What holds the line, from the output of `gpioinfo`; undefined where the line is free, or held without a name. */
export const holderIn = (info: string): string | undefined =>
  /consumer="?([^"\n]+)"?/.exec(info)?.[1]?.trim();

const holderOf = async (line: GpiodLine): Promise<string> => {
  const holder = holderIn((await runTool('gpioinfo', infoArguments(line))).stdout);
  return holder === undefined ? 'another program or driver' : `"${holder}"`;
};

/** For the log. */
export const endFacts = ({ code, signal, stderr }: ChildEnd) => ({ exitCode: code, signal, stderr });

/** Why a tool could not take the line, or has lost it. */
export const toolFailure = async (
  tool: string,
  line: GpiodLine,
  { code, signal, stderr, failure }: ChildEnd & Partial<Pick<CommandResult, 'failure'>>,
): Promise<Failure> => {
  const failed = (kind: GpioFailureCode, detail = ''): Failure => gpioFailure(kind, nameOf(line), detail);
  if (failure === 'timed-out') return failed('tool-failed', timeoutReason(tool));
  if (code === 127) return failed('tool-missing', tool);
  if (stderr.includes('resource busy')) return failed('line-busy', await holderOf(line));
  if (stderr.includes('ermission denied')) return failed('line-denied');
  if (stderr.includes('cannot find GPIO chip')) return gpioFailure('chip-missing', line.chip);
  if (stderr.includes('out of range')) return failed('line-missing');
  if (signal !== null) return failed('tool-killed', `${tool} was ended by ${signal}`);
  return failed('tool-failed', stderr === '' ? `${tool}: exit code ${code}` : oneLine(stderr, 200));
};
