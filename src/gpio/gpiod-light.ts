// A light on a line of the character device: one `gpioset` per pattern plays it by itself, so a blinking light
// needs no timer. `off` is a gpioset too, which holds the line and keeps it dark. The line must be free before the
// next player can take it, which then shows the newest pattern. Starting a process takes longer than a change of
// the light may take: the next player waits in a shell until it reads its pattern.

import type { LightPattern } from '../core/conversation.ts';
import { type Failure, Unavailable } from '../core/errors.ts';
import type { Light, Log } from '../core/ports.ts';
import { Child, type ChildEnd, type CommandResult } from '../system/child-process.ts';
import { endFacts, type GpiodLine, lineArguments, runTool, toolFailure } from './gpiod-tools.ts';
import { lightPatterns } from './light-patterns.ts';
import { RestartDelay } from './restart-delay.ts';

const consumer = 'parley-light';
/** Waits for a line of arguments, then becomes gpioset. */
const waitingPlayer = 'read -r arguments && exec gpioset "$@" $arguments';

const patternArguments = (line: GpiodLine, pattern: LightPattern): string => {
  const { shape } = lightPatterns[pattern];
  if (shape === 'off' || shape === 'on') return `${line.gpio}=${shape === 'on' ? 1 : 0}`;
  return `--toggle ${shape.map((ms) => `${ms}ms`).join(',')} ${line.gpio}=1`;
};

/** Switches the light off and releases the line: a line whose holder was killed may keep its level. */
const darken = (line: GpiodLine): Promise<CommandResult> =>
  runTool('gpioset', [...lineArguments(line, consumer), '--toggle', '0', `${line.gpio}=0`]);

/** Called once, when the first player has the line (undefined) or cannot take it. */
type OnTaken = (failure: Failure | undefined) => void;

class GpiodLight implements Light {
  readonly #line: GpiodLine;
  readonly #log: Log;
  readonly #delay = new RestartDelay();
  #onTaken: OnTaken | undefined;
  #wanted: LightPattern = 'off';
  #player: Child | undefined;
  /** The player that was killed and still has the line. */
  #ending: Child | undefined;
  #spare: Child | undefined;
  #playingSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(line: GpiodLine, log: Log, onTaken: OnTaken) {
    this.#line = line;
    this.#log = log;
    this.#onTaken = onTaken;
    this.#play();
  }

  show(pattern: LightPattern): void {
    if (this.#stopped !== undefined || pattern === this.#wanted) return;
    this.#wanted = pattern;
    if (this.#player === undefined) return;
    this.#ending = this.#player;
    this.#player = undefined;
    void this.#ending.kill();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all([this.#player?.kill(), this.#ending?.kill(), this.#spare?.kill()]);
    const end = await darken(this.#line);
    if (end.code !== 0) this.#log.debug(endFacts(end), 'The light could not be switched off.');
  }

  #play(): void {
    this.#player = this.#spare ?? this.#prepare();
    this.#spare = undefined;
    this.#playingSince = performance.now();
    this.#player.stdin?.write(`${patternArguments(this.#line, this.#wanted)}\n`);
  }

  #prepare(): Child {
    const settings = lineArguments(this.#line, consumer);
    const child = new Child('sh', ['-c', waitingPlayer, 'gpioset', ...settings], {
      stdin: 'pipe',
      onOutput: () => this.#playing(),
      onExit: (code, signal, stderr) => this.#childEnded(child, { code, signal, stderr }),
    });
    return child;
  }

  /** The banner came: the player has the line. */
  #playing(): void {
    this.#reportTaken(undefined);
    if (this.#stopped === undefined) this.#spare ??= this.#prepare();
  }

  #childEnded(child: Child, end: ChildEnd): void {
    if (child === this.#spare) this.#spare = undefined;
    if (this.#stopped !== undefined) return;
    if (child === this.#ending) {
      this.#ending = undefined;
      this.#play();
    } else if (child === this.#player) {
      this.#player = undefined;
      void this.#playerFailed(end);
    }
  }

  async #playerFailed(end: ChildEnd): Promise<void> {
    const { pauseMs, earlyEnds } = this.#delay.next(performance.now() - this.#playingSince);
    const first = this.#onTaken !== undefined;
    if (!first) this.#timer = setTimeout(() => this.#play(), pauseMs);
    if (!first && earlyEnds > 1) return;
    const failure = await toolFailure('gpioset', this.#line, end);
    if (first) this.#reportTaken(failure);
    else
      this.#log.warn(
        { code: failure.code, ...endFacts(end) },
        `The light failed and is tried again: ${failure.sentence}`,
      );
  }

  #reportTaken(failure: Failure | undefined): void {
    this.#onTaken?.(failure);
    this.#onTaken = undefined;
  }
}

/**
 * Switches off a light that was left on.
 * @throws Unavailable where the line cannot be used
 */
export const darkenGpiodLight = async (line: GpiodLine): Promise<void> => {
  const end = await darken(line);
  if (end.code !== 0) throw Unavailable.of(await toolFailure('gpioset', line, end));
};

/**
 * A dark light that holds its line.
 * @throws Unavailable where the line cannot be used
 */
export const createGpiodLight = (line: GpiodLine, log: Log): Promise<Light> =>
  new Promise((resolve, reject) => {
    const light: Light = new GpiodLight(line, log, (failure) => {
      if (failure === undefined) resolve(light);
      else reject(Unavailable.of(failure));
    });
  });
