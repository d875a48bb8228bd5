// A tool: something that the service may call (a function call), built in or defined by the owner.

import type { AfterCall } from '../core/ports.ts';

/** JSON Schema of a tool's arguments; its type is "object". */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ToolResult {
  /** For the service: a text, usually JSON. */
  readonly output: string;
  /** Default: reply. */
  readonly next?: AfterCall;
}

/** Arguments that the schema has accepted. */
export type ToolArguments = Readonly<Record<string, unknown>>;

export interface Tool {
  /** 1 to 64 letters, digits, "_" and "-". */
  readonly name: string;
  /** For the service: when to call it, and what it returns. */
  readonly description: string;
  readonly parameters: JsonSchema;
  /** After this time a call is aborted, and answered with an error. */
  readonly timeoutMs: number;
  /**
   * Runs it. When `signal` is aborted (by a press or the time-out) it ends at once, with all that it has started.
   * @throws ToolError with one sentence that the service can speak about
   */
  run(args: ToolArguments, signal: AbortSignal): Promise<ToolResult>;
}
