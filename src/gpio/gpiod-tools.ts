// The command line tools of libgpiod 2, and what their failures mean. A tool holds its line until it ends, so the
// owner of the child owns the line. Version 1 has another command line and cannot blink. The messages are those of
// 2.2 (Debian 13); an unknown message is passed on as it is.

import type { Failure } from '../core/errors.ts';
import { runCommand } from '../system/child-process.ts';
import { gpioFailure } from './gpio-failure.ts';

/** A tool needs milliseconds; a machine that is very busy makes that seconds. */
const TIME_LIMIT_MS = 10_000;
const OUTPUT_LIMIT = 64 * 1024;

/** One line of one chip; `chip` as the tools take it, `/dev/gpiochip0`. */
export interface GpiodLine {
  readonly chip: string;
  readonly gpio: number;
  readonly activeLow: boolean;
}

export interface Finished {
  /** The exit code; 127 where the tool is missing, null where a signal or the time limit ended it. */
  readonly code: number | null;
  /** At most 64 KB of it. */
  readonly output: string;
  readonly errors: string;
}

/** How a tool ended that should have kept running. */
export interface ToolEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Runs a tool that ends by itself; one that does not is killed after ten seconds. Never rejects. */
export const runTool = async (tool: string, args: readonly string[]): Promise<Finished> => {
  const { code, stdout, stderr } = await runCommand(tool, args, {
    timeoutMs: TIME_LIMIT_MS,
    maxOutputBytes: OUTPUT_LIMIT,
  });
  return { code, output: stdout, errors: stderr };
};

/** The arguments for a line, which all tools share; `gpioinfo` shows the consumer. */
export const lineArguments = (line: GpiodLine, consumer: string): string[] => [
  '--banner',
  '--chip',
  line.chip,
  '--consumer',
  consumer,
  ...(line.activeLow ? ['--active-low'] : []),
];

/** Who holds the line, according to `gpioinfo`; undefined where it does not say. */
const consumerOf = async (line: GpiodLine): Promise<string | undefined> => {
  const { output } = await runTool('gpioinfo', ['--chip', line.chip, String(line.gpio)]);
  return /consumer="?([^"\n]+)"?/.exec(output)?.[1]?.trim();
};

/** Why a tool could not take the line, or has lost it. */
export const toolFailure = async (
  tool: string,
  line: GpiodLine,
  { code, signal, errors }: ToolEnd,
): Promise<Failure> => {
  const where = `GPIO ${line.gpio} of ${line.chip}`;
  if (code === 127) return gpioFailure('tool-missing', where, tool);
  if (errors.includes('resource busy')) {
    const consumer = await consumerOf(line);
    const holder = consumer === undefined ? 'another program or driver' : `"${consumer}"`;
    return gpioFailure('line-busy', where, holder);
  }
  if (errors.includes('ermission denied')) return gpioFailure('line-denied', where);
  if (errors.includes('cannot find GPIO chip')) return gpioFailure('chip-missing', line.chip);
  if (errors.includes('out of range')) return gpioFailure('line-missing', where);
  if (signal !== null) return gpioFailure('tool-killed', where, `${tool} was ended by ${signal}`);
  const reason = errors === '' ? `${tool}: exit code ${code}` : errors.replaceAll(/\s+/g, ' ');
  return gpioFailure('tool-failed', where, reason);
};
