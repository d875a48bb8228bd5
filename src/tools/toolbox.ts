// All tools by name, and one way to run any of them: arguments checked before anything runs, a time limit,
// and an outcome in every case. Whatever goes wrong becomes a sentence that the service can speak about.

import { didYouMean } from '../core/did-you-mean.ts';
import { errorMessage, ToolError } from '../core/errors.ts';
import type { AfterCall, Clock, Log } from '../core/ports.ts';
import { readArguments } from './arguments.ts';
import type { Tool } from './tool.ts';

export interface Outcome {
  /** For the service. */
  readonly output: string;
  readonly next: AfterCall;
  /** What went wrong, where something did. */
  readonly error?: string;
}

/** As much as a tool of the owner's may say. */
const mostOutputCharacters = 16_384;

/** How long an ended tool is waited for; a command is gone within 2 s. */
const endGraceMs = 3000;

export const failed = (error: string, next: AfterCall = 'reply'): Outcome => ({
  output: JSON.stringify({ error }),
  next,
  error,
});

/** A name as a log may show it, whatever the service made of it. */
const wordOf = (name: string): string => name.slice(0, 64).replaceAll(/[^\w-]/g, '?') || '?';

export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #clock: Clock;
  readonly #log: Log;

  /** Names are unique; the configuration sees to that. */
  constructor(tools: readonly Tool[], clock: Clock, log: Log) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#clock = clock;
    this.#log = log;
  }

  get tools(): readonly Tool[] {
    return [...this.#tools.values()];
  }

  /**
   * Runs one tool. Never rejects, and resolves at once when `signal` is aborted.
   * @param args JSON
   */
  async call(name: string, args: string, signal: AbortSignal): Promise<Outcome> {
    const begun = this.#clock.now();
    const outcome = await this.#outcome(name, args, signal);
    const tool = wordOf(name);
    const facts = { tool, ms: Math.round(this.#clock.now() - begun) };
    if (outcome.error === undefined) this.#log.info(facts, `Called ${tool}`);
    else this.#log.warn(facts, `Calling ${tool} failed: ${outcome.error}`);
    return outcome;
  }

  async #outcome(name: string, args: string, signal: AbortSignal): Promise<Outcome> {
    try {
      const tool = this.#find(name);
      const checked = readArguments(args, tool.parameters);
      const { output, next = 'reply' } = await this.#limited(tool, signal, (both) => tool.run(checked, both));
      return { output: output.slice(0, mostOutputCharacters), next };
    } catch (error) {
      if (error instanceof ToolError) return failed(error.message);
      // A fault of ours must not end the conversation either.
      return failed(`The tool failed: ${errorMessage(error)}`);
    }
  }

  #find(name: string): Tool {
    const tool = this.#tools.get(name);
    if (tool !== undefined) return tool;
    const near = didYouMean(name, [...this.#tools.keys()]);
    const meant = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
    throw new ToolError(`There is no tool "${wordOf(name)}".${meant}`);
  }

  /**
   * Ends `run` at the tool's own limit, and when `signal` says so. At its limit it may take a moment to be gone,
   * with all that it started: a reply that is made meanwhile would find the machine still full of it.
   */
  async #limited<T>(tool: Tool, signal: AbortSignal, run: (both: AbortSignal) => Promise<T>): Promise<T> {
    const own = new AbortController();
    let cancel = (): void => undefined;
    let stop = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(tool.timeoutMs, () => {
        const late = new ToolError(tooLate(tool));
        cancel = this.#clock.after(endGraceMs, () => reject(late));
        own.abort(late);
      });
      stop = () => {
        own.abort(signal.reason);
        reject(signal.reason);
      };
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([run(own.signal), left]);
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }
}

const tooLate = ({ timeoutMs }: Tool): string =>
  `The tool did not finish within ${timeoutMs / 1000} s, and was ended.`;
