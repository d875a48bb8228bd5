// A light on a line of the character device: one `gpioset` per pattern plays it by itself, so a blinking
// light costs us no timer. `off` is a gpioset too, which holds the line dark and keeps others away from it.
// The line must be free before the next player can have it; what is shown then is only the newest wish.
// To start a process takes longer than a light may: the next player waits ready in a shell, to be told what.

import type { LightPattern } from '../core/conversation.ts';
import type { Light, Log } from '../core/ports.ts';
import { Child } from '../system/child-process.ts';
import { explain, type GpiodLine, lineArguments, runTool, type ToolEnd } from './gpiod-tools.ts';
import { lightPatterns } from './light-patterns.ts';
import { RestartDelay } from './restart-delay.ts';

const consumer = 'parley-light';
/** Waits for a line of words, then becomes gpioset. */
const waitingPlayer = 'read -r words && exec gpioset "$@" $words';

const wordsOf = (line: GpiodLine, pattern: LightPattern): string => {
  const shape = lightPatterns[pattern];
  if (shape === 'off' || shape === 'on') return `${line.gpio}=${shape === 'on' ? 1 : 0}`;
  return `--toggle ${shape.map((ms) => `${ms}ms`).join(',')} ${line.gpio}=1`;
};

/** Dark, and the line given back: one whose holder was killed may keep its last level. */
const darken = async (line: GpiodLine): Promise<ToolEnd> => {
  const dark = [...lineArguments(line, consumer), '--toggle', '0', `${line.gpio}=0`];
  const { code, errors } = await runTool('gpioset', dark);
  return { code, signal: null, errors };
};

/** How the first player fared: undefined where it holds the line, else the sentence why not. */
type FirstWord = (sentence: string | undefined) => void;

class GpiodLight implements Light {
  readonly #line: GpiodLine;
  readonly #log: Log;
  readonly #delay = new RestartDelay();
  #firstWord: FirstWord | undefined;
  #wanted: LightPattern = 'off';
  #player: Child | undefined;
  /** The player that was told to end and still has the line. */
  #leaving: Child | undefined;
  #spare: Child | undefined;
  #playingSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(line: GpiodLine, log: Log, firstWord: FirstWord) {
    this.#line = line;
    this.#log = log;
    this.#firstWord = firstWord;
    this.#play();
  }

  show(pattern: LightPattern): void {
    if (this.#stopped !== undefined || pattern === this.#wanted) return;
    this.#wanted = pattern;
    if (this.#player === undefined) return;
    this.#leaving = this.#player;
    this.#player = undefined;
    void this.#leaving.kill();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#darken();
    return this.#stopped;
  }

  async #darken(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([this.#player?.kill(), this.#leaving?.kill(), this.#spare?.kill()]);
    const end = await darken(this.#line);
    if (end.code !== 0) this.#log.debug({ ...end }, 'The light could not be switched off at the end.');
  }

  #play(): void {
    this.#player = this.#spare ?? this.#prepare();
    this.#spare = undefined;
    this.#playingSince = performance.now();
    this.#player.stdin?.write(`${wordsOf(this.#line, this.#wanted)}\n`);
  }

  #prepare(): Child {
    const settings = lineArguments(this.#line, consumer);
    const child = new Child('sh', ['-c', waitingPlayer, 'gpioset', ...settings], {
      stdin: 'pipe',
      onOutput: () => this.#playing(),
      onExit: (code, signal, errors) => this.#ended(child, { code, signal, errors }),
    });
    return child;
  }

  /** The banner came: the line is ours. */
  #playing(): void {
    this.#tell(undefined);
    if (this.#stopped === undefined) this.#spare ??= this.#prepare();
  }

  #ended(child: Child, end: ToolEnd): void {
    if (child === this.#spare) this.#spare = undefined;
    if (this.#stopped !== undefined) return;
    if (child === this.#leaving) {
      this.#leaving = undefined;
      this.#play();
    } else if (child === this.#player) {
      this.#player = undefined;
      void this.#died(end);
    }
  }

  async #died(end: ToolEnd): Promise<void> {
    const pauseMs = this.#delay.next(performance.now() - this.#playingSince);
    const first = this.#firstWord !== undefined;
    if (!first) this.#timer = setTimeout(() => this.#play(), pauseMs);
    if (!first && this.#delay.deaths > 1) return;
    const sentence = await explain('gpioset', this.#line, end);
    if (first) this.#tell(sentence);
    else this.#log.warn({ ...end }, `The light failed and is tried again: ${sentence}`);
  }

  #tell(sentence: string | undefined): void {
    this.#firstWord?.(sentence);
    this.#firstWord = undefined;
  }
}

/**
 * Switches off what somebody left on.
 * @throws Error with one sentence where the line cannot be had
 */
export const darkenGpiodLight = async (line: GpiodLine): Promise<void> => {
  const end = await darken(line);
  if (end.code !== 0) throw new Error(await explain('gpioset', line, end));
};

/**
 * A dark light whose line is ours.
 * @throws Error with one sentence where the line cannot be had
 */
export const createGpiodLight = (line: GpiodLine, log: Log): Promise<Light> =>
  new Promise((resolve, reject) => {
    const light: Light = new GpiodLight(line, log, (sentence) => {
      if (sentence === undefined) resolve(light);
      else reject(new Error(sentence));
    });
  });
