// All tools by name, and one way to call them: the arguments are checked, the time is limited, and every call ends
// in an outcome. Every failure is one sentence that the service can speak about.

import { didYouMean } from '../core/did-you-mean.ts';
import { errorMessage, ToolError } from '../core/errors.ts';
import type { AfterCall, Clock, Log } from '../core/ports.ts';
import { readArguments } from './arguments.ts';
import { MAX_OUTPUT_BYTES, type Tool, type ToolArguments, type ToolResult } from './tool.ts';

export interface Outcome {
  /** For the service. */
  readonly output: string;
  readonly next: AfterCall;
  /** Why the call failed, where it did. */
  readonly error?: ToolError;
}

/** How long to wait for the end of an aborted tool; a command ends within 2 s. */
const ABORT_GRACE_MS = 3000;
const MAX_NAME_CHARACTERS = 64;

export const failed = (error: ToolError, next: AfterCall = 'reply'): Outcome => ({
  output: JSON.stringify({ error: error.message }),
  next,
  error,
});

/** A name as the log may show it: the service can send anything. */
const printable = (name: string): string =>
  name.slice(0, MAX_NAME_CHARACTERS).replaceAll(/[^\w-]/g, '?') || '?';

export class ToolRegistry {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #clock: Clock;
  readonly #log: Log;

  /** Names are unique: the configuration checks that. */
  constructor(tools: readonly Tool[], clock: Clock, log: Log) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Calls one tool. Never rejects, and resolves at once when `signal` is aborted.
   * @param args JSON
   * @returns on failure: tool-unknown, tool-timed-out, internal-error, those of `readArguments` and of the tool
   */
  async call(name: string, args: string, signal: AbortSignal): Promise<Outcome> {
    const startedMs = this.#clock.now();
    const outcome = await this.#outcome(name, args, signal);
    const tool = printable(name);
    const facts = { tool, ms: Math.round(this.#clock.now() - startedMs) };
    const { error } = outcome;
    if (error === undefined) this.#log.info(facts, `Called ${tool}`);
    else this.#log.warn({ ...facts, code: error.code }, `Calling ${tool} failed: ${error.message}`);
    return outcome;
  }

  async #outcome(name: string, args: string, signal: AbortSignal): Promise<Outcome> {
    try {
      const tool = this.#find(name);
      const checked = readArguments(args, tool.parameters);
      const { output, next = 'reply' } = await this.#limited(tool, checked, signal);
      return { output: output.slice(0, MAX_OUTPUT_BYTES), next };
    } catch (error) {
      if (error instanceof ToolError) return failed(error);
      // A bug in a tool must not end the conversation.
      return failed(new ToolError('internal-error', `The tool failed: ${errorMessage(error)}`));
    }
  }

  #find(name: string): Tool {
    const tool = this.#tools.get(name);
    if (tool !== undefined) return tool;
    const near = didYouMean(name, [...this.#tools.keys()]);
    const question = near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
    throw new ToolError('tool-unknown', `There is no tool "${printable(name)}".${question}`);
  }

  /**
   * Runs it, and aborts it at the tool's time limit, and when `signal` is aborted. After the time limit the tool gets a moment
   * to end, with all that it has started: otherwise it would slow down the reply.
   */
  async #limited(tool: Tool, args: ToolArguments, signal: AbortSignal): Promise<ToolResult> {
    const own = new AbortController();
    let cancelTimer = (): void => undefined;
    let abort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      cancelTimer = this.#clock.after(tool.timeoutMs, () => {
        const error = timedOut(tool);
        cancelTimer = this.#clock.after(ABORT_GRACE_MS, () => reject(error));
        own.abort(error);
      });
      abort = () => {
        own.abort(signal.reason);
        reject(signal.reason);
      };
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([tool.run(args, own.signal), aborted]);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', abort);
    }
  }
}

const timedOut = ({ timeoutMs }: Tool): ToolError =>
  new ToolError('tool-timed-out', `The tool did not finish within ${timeoutMs / 1000} s, and was ended.`);
