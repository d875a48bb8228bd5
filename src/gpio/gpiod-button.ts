// A button on a line of the character device, watched by `gpiomon`: the kernel debounces, and pulls the line to its
// level of rest. Each start has a watch of its own; the watch restarts a gpiomon that has ended.

import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { Child, type ChildEnd } from '../system/child-process.ts';
import { type GpiodLine, lineArguments, toolFailure } from './gpiod-tools.ts';
import { RestartDelay } from './restart-delay.ts';
import { createWatchedButton, PressDetector, type Watch } from './watched-button.ts';

/** Early ends of gpiomon in a row, about six seconds of them, after which the button has failed. */
const MAX_EARLY_ENDS = 6;
/** gpiomon prints shorter lines. */
const MAX_LINE_LENGTH = 200;

export interface GpiodButtonOptions extends GpiodLine {
  /** Shorter changes do not count; 0 to 4,294,967. */
  readonly debounceMs: number;
}

const watchArguments = (options: GpiodButtonOptions): string[] => [
  ...lineArguments(options, 'parley-button'),
  ...['--edges', 'both', '--bias', options.activeLow ? 'pull-up' : 'pull-down'],
  ...(options.debounceMs > 0 ? ['--debounce-period', `${options.debounceMs}ms`] : []),
  // 1 is an edge to active, which is down; 2 is the other edge. gpiomon flushes after each line, also into a pipe.
  ...['--format', '%e', String(options.gpio)],
];

class GpiodWatch implements Watch {
  readonly #options: GpiodButtonOptions;
  readonly #listener: ButtonListener;
  readonly #log: Log;
  readonly #delay = new RestartDelay();
  #child: Child | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasWorked = false;
  #ended = false;
  #settle = (): void => {};
  readonly #settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: GpiodButtonOptions, listener: ButtonListener, log: Log) {
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
  }

  run(): Promise<void> {
    if (!this.#ended) this.#startChild();
    return this.#settled;
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#settle();
    clearTimeout(this.#timer);
    await this.#child?.stop();
  }

  #startChild(): void {
    const startedAtMs = performance.now();
    const presses = new PressDetector();
    let rest = '';
    this.#child = new Child('gpiomon', watchArguments(this.#options), {
      onOutput: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH);
        for (const line of lines) this.#read(line, presses);
      },
      onExit: (code, signal, stderr) =>
        void this.#childEnded(performance.now() - startedAtMs, { code, signal, stderr }),
    });
  }

  #read(line: string, presses: PressDetector): void {
    if (this.#ended) return;
    // The first line is the banner: gpiomon has the line.
    this.#hasWorked = true;
    this.#settle();
    if ((line === '1' || line === '2') && presses.edge(line === '1')) this.#listener.pressed();
  }

  async #childEnded(livedMs: number, end: ChildEnd): Promise<void> {
    if (this.#ended) return;
    const pauseMs = this.#delay.next(livedMs);
    if (!this.#hasWorked || this.#delay.earlyEnds > MAX_EARLY_ENDS) {
      const failure = await toolFailure('gpiomon', this.#options, end);
      if (this.#ended) return;
      this.#ended = true;
      this.#listener.failed(failure);
      this.#settle();
      return;
    }
    this.#log.warn({ ...end, pauseMs }, 'gpiomon, which watches the button, has ended; it is started again.');
    this.#timer = setTimeout(() => this.#startChild(), pauseMs);
  }
}

/** A button that must be started; `failed` reports a line that cannot be used. */
export const createGpiodButton = (options: GpiodButtonOptions, log: Log): Button =>
  createWatchedButton((listener) => new GpiodWatch(options, listener, log));
