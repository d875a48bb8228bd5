// The command line tools of libgpiod 2, and what their failures mean. Every tool that holds a line holds
// it until it dies, so the owner of the child owns the line. Version 1 has another command line and
// cannot blink. Messages read here are those of 2.2 (Debian 13); an unknown one is passed on as it is.

import { Child } from '../system/child-process.ts';

const TIME_LIMIT_MS = 3000;
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

/** How a tool ended that should have gone on. */
export interface ToolEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Runs a tool that ends by itself; one that does not is killed after three seconds. Never rejects. */
export const runTool = (tool: string, args: readonly string[]): Promise<Finished> =>
  new Promise((resolve) => {
    let output = '';
    const child = new Child(tool, args, {
      onOutput: (chunk) => {
        output = (output + chunk.toString('utf8')).slice(0, OUTPUT_LIMIT);
      },
      onExit: (code, _signal, errors) => {
        clearTimeout(timer);
        resolve({ code, output, errors });
      },
    });
    const timer = setTimeout(() => void child.kill(), TIME_LIMIT_MS);
  });

/** The arguments that every tool takes for a line; the consumer is what `gpioinfo` shows to others. */
export const lineArguments = (line: GpiodLine, consumer: string): string[] => [
  '--banner',
  '--chip',
  line.chip,
  '--consumer',
  consumer,
  ...(line.activeLow ? ['--active-low'] : []),
];

/** Who holds the line, as `gpioinfo` tells it; undefined where it does not. */
const consumerOf = async (line: GpiodLine): Promise<string | undefined> => {
  const { output } = await runTool('gpioinfo', ['--chip', line.chip, String(line.gpio)]);
  return /consumer="?([^"\n]+)"?/.exec(output)?.[1]?.trim();
};

/** One sentence on why a tool could not take the line, and what to do. */
export const explain = async (
  tool: string,
  line: GpiodLine,
  { code, signal, errors }: ToolEnd,
): Promise<string> => {
  const where = `GPIO ${line.gpio} of ${line.chip}`;
  if (code === 127) return `The program ${tool} is missing; install the package gpiod, version 2.`;
  if (errors.includes('resource busy')) {
    const consumer = await consumerOf(line);
    const holder = consumer === undefined ? 'another program or driver' : `"${consumer}"`;
    return `${where} is in use by ${holder}; end that, or choose another gpio.`;
  }
  if (errors.includes('ermission denied')) {
    return `No permission for ${line.chip}; add the user who runs Parley to the group gpio and start it anew.`;
  }
  if (errors.includes('cannot find GPIO chip')) {
    return `There is no GPIO chip ${line.chip}; gpiodetect lists those that there are.`;
  }
  if (errors.includes('out of range')) {
    return `${line.chip} has no GPIO ${line.gpio}; choose a gpio that it has.`;
  }
  if (signal !== null) {
    return `${where} is lost, for ${tool} was ended by ${signal}; where nobody did that, "journalctl -k" may say why.`;
  }
  const words = errors === '' ? `exit code ${code}` : errors.replaceAll(/\s+/g, ' ');
  return `${tool} cannot hold ${where} (${words}); try the same with ${tool} by hand.`;
};
