// A button on a line of the character device, watched by `gpiomon`: the kernel debounces, and pulls the line to its
// level of rest. Each start has a watch of its own; the watch restarts a gpiomon that has ended.

import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { Child } from '../system/child-process.ts';
import { type GpiodLine, lineArguments, type ToolEnd, toolFailure } from './gpiod-tools.ts';
import { PressDetector } from './press-detector.ts';
import { RestartDelay } from './restart-delay.ts';

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
  '--bias',
  options.activeLow ? 'pull-up' : 'pull-down',
  ...(options.debounceMs > 0 ? ['--debounce-period', `${options.debounceMs}ms`] : []),
  '--edges',
  'both',
  // 1 is an edge to active, which is down; 2 is the other edge. gpiomon flushes after each line, also into a pipe.
  '--format',
  '%e',
  String(options.gpio),
];

class Watch {
  readonly #options: GpiodButtonOptions;
  readonly #listener: ButtonListener;
  readonly #log: Log;
  readonly #delay = new RestartDelay();
  #child: Child | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasWorked = false;
  #ended = false;
  #settle = (): void => {};
  /** The line is watched, or this watch has ended. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: GpiodButtonOptions, listener: ButtonListener, log: Log) {
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
  }

  run(): void {
    if (this.#ended) return;
    const startedAtMs = performance.now();
    const presses = new PressDetector();
    let rest = '';
    this.#child = new Child('gpiomon', watchArguments(this.#options), {
      onOutput: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH);
        for (const line of lines) this.#read(line, presses);
      },
      onExit: (code, signal, errors) =>
        void this.#childEnded(performance.now() - startedAtMs, { code, signal, errors }),
    });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#settle();
    clearTimeout(this.#timer);
    await this.#child?.stop();
  }

  #read(line: string, presses: PressDetector): void {
    if (this.#ended) return;
    // The first line is the banner: gpiomon has the line.
    this.#hasWorked = true;
    this.#settle();
    if ((line === '1' || line === '2') && presses.edge(line === '1')) this.#listener.pressed();
  }

  async #childEnded(livedMs: number, end: ToolEnd): Promise<void> {
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
    this.#timer = setTimeout(() => this.run(), pauseMs);
  }
}

class GpiodButton implements Button {
  readonly #options: GpiodButtonOptions;
  readonly #log: Log;
  #watch: Watch | undefined;
  #free: Promise<void> = Promise.resolve();

  constructor(options: GpiodButtonOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  start(listener: ButtonListener): Promise<void> {
    if (this.#watch !== undefined) return this.#watch.settled;
    const watch = new Watch(this.#options, listener, this.#log);
    this.#watch = watch;
    void this.#free.then(() => watch.run());
    return watch.settled;
  }

  stop(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    // The previous watch may not have ended yet.
    if (watch !== undefined) this.#free = Promise.all([this.#free, watch.stop()]).then(() => undefined);
    return this.#free;
  }
}

/** A button that must be started; `failed` reports a line that cannot be used. */
export const createGpiodButton = (options: GpiodButtonOptions, log: Log): Button =>
  new GpiodButton(options, log);
