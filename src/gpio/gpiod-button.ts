// A button on a line of the character device, watched by `gpiomon`: the kernel debounces and pulls the line
// to where it is when nobody presses. Each start has a watch of its own; the watch keeps one gpiomon alive.

import type { Button, ButtonListener, Log } from '../core/ports.ts';
import { Child } from '../system/child-process.ts';
import { explain, type GpiodLine, lineArguments, type ToolEnd } from './gpiod-tools.ts';
import { PressDetector } from './press-detector.ts';
import { RestartDelay } from './restart-delay.ts';

/** Early deaths in a row, about six seconds of them, after which the button is given up. */
const MOST_DEATHS = 6;
/** Longer than any line that gpiomon prints. */
const LONGEST_LINE = 200;

export interface GpiodButtonOptions extends GpiodLine {
  /** Shorter changes are no edges; 0 to 4,294,967 ms. */
  readonly debounceMs: number;
}

const watchArguments = (options: GpiodButtonOptions): string[] => [
  ...lineArguments(options, 'parley-button'),
  '--bias',
  options.activeLow ? 'pull-up' : 'pull-down',
  ...(options.debounceMs > 0 ? ['--debounce-period', `${options.debounceMs}ms`] : []),
  '--edges',
  'both',
  // 1 is an edge to active, which is down; 2 is back. gpiomon flushes after each line, also into a pipe.
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
  #worked = false;
  #over = false;
  #settle = (): void => {};
  /** The line is watched, or will not be by this one. */
  readonly settled = new Promise<void>((resolve) => {
    this.#settle = resolve;
  });

  constructor(options: GpiodButtonOptions, listener: ButtonListener, log: Log) {
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
  }

  run(): void {
    if (this.#over) return;
    const bornAt = performance.now();
    const presses = new PressDetector();
    let rest = '';
    this.#child = new Child('gpiomon', watchArguments(this.#options), {
      onOutput: (chunk) => {
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
        for (const line of lines) this.#heard(line, presses);
      },
      onExit: (code, signal, errors) => void this.#died(performance.now() - bornAt, { code, signal, errors }),
    });
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.#settle();
    clearTimeout(this.#timer);
    await this.#child?.stop();
  }

  #heard(line: string, presses: PressDetector): void {
    if (this.#over) return;
    // The first words are the banner: the line is ours.
    this.#worked = true;
    this.#settle();
    if ((line === '1' || line === '2') && presses.edge(line === '1')) this.#listener.pressed();
  }

  async #died(livedMs: number, end: ToolEnd): Promise<void> {
    if (this.#over) return;
    const pauseMs = this.#delay.next(livedMs);
    if (!this.#worked || this.#delay.deaths > MOST_DEATHS) {
      const sentence = await explain('gpiomon', this.#options, end);
      if (this.#over) return;
      this.#over = true;
      this.#listener.failed(sentence);
      this.#settle();
      return;
    }
    this.#log.warn({ ...end, pauseMs }, 'The watch on the button (gpiomon) ended; it is started again.');
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
    // The one before may still be on its way out.
    if (watch !== undefined) this.#free = Promise.all([this.#free, watch.stop()]).then(() => undefined);
    return this.#free;
  }
}

/** A button that must be started; a line that cannot be had is told by `failed`. */
export const createGpiodButton = (options: GpiodButtonOptions, log: Log): Button =>
  new GpiodButton(options, log);
