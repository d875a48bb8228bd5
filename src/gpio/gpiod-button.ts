// A button on a line of the character device, watched by `gpiomon`: the kernel debounces, and pulls the line to its
// level of rest. Each start has a new watch; the watch restarts a gpiomon that has ended.

import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { Child, type ChildEnd } from '../system/child-process.ts';
import { gpioFailure } from './gpio-failure.ts';
import { endFacts, type GpiodLine, lineArguments, nameOf, toolFailure } from './gpiod-tools.ts';
import { RestartDelay } from './restart-delay.ts';
import { createWatchedButton, type Debounced, PressDetector, type Watch } from './watched-button.ts';

/** Early ends of gpiomon in a row, about six seconds of them, after which the button has failed. */
const MAX_EARLY_ENDS = 6;
/** gpiomon prints shorter lines. */
const MAX_LINE_LENGTH = 200;

type GpiodButtonOptions = GpiodLine & Debounced;

const watchArguments = (options: GpiodButtonOptions): string[] => [
  ...lineArguments(options, 'parley-button'),
  ...['--edges', 'both', '--bias', options.activeLow ? 'pull-up' : 'pull-down'],
  ...(options.debounceMs > 0 ? ['--debounce-period', `${options.debounceMs}ms`] : []),
  // 1 is an edge to active, which is down; 2 is the other edge. gpiomon flushes after each line, also into a pipe.
  ...['--format', '%e', String(options.gpio)],
];

/** A button that must be started; `failed` reports a line that cannot be used. */
export const createGpiodButton = (options: GpiodButtonOptions, log: Log): Button =>
  createWatchedButton((listener) => createWatch(options, log, listener));

const createWatch = (options: GpiodButtonOptions, log: Log, listener: ButtonListener): Watch => {
  const delay = new RestartDelay();
  let child: Child | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasWorked = false;
  let ended = false;
  let settle = (): void => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const startChild = (): void => {
    const startedAtMs = performance.now();
    const presses = new PressDetector();
    let rest = '';
    child = new Child('gpiomon', watchArguments(options), {
      onOutput: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH);
        for (const line of lines) read(line, presses);
      },
      onExit: (code, signal, stderr) =>
        void childEnded(performance.now() - startedAtMs, { code, signal, stderr }),
    });
  };

  const read = (line: string, presses: PressDetector): void => {
    if (ended) return;
    // The first line is the banner: gpiomon has the line.
    hasWorked = true;
    settle();
    if ((line === '1' || line === '2') && presses.edge(line === '1')) listener.pressed();
  };

  const childEnded = async (livedMs: number, end: ChildEnd): Promise<void> => {
    if (ended) return;
    const { pauseMs, earlyEnds } = delay.next(livedMs);
    if (!hasWorked || earlyEnds > MAX_EARLY_ENDS) {
      const failure = await toolFailure('gpiomon', options, end);
      if (ended) return;
      ended = true;
      listener.failed(failure);
      settle();
      return;
    }
    const { code, sentence } = gpioFailure('tool-restarted', nameOf(options), 'gpiomon');
    log.warn({ code, ...endFacts(end), pauseMs }, sentence);
    timer = setTimeout(startChild, pauseMs);
  };

  return {
    run() {
      if (!ended) startChild();
      return settled;
    },
    async stop() {
      ended = true;
      settle();
      clearTimeout(timer);
      await child?.stop();
    },
  };
};
