// What a tool is: something that the service may ask the speaker to do (a function call), whoever provides it.

import type { AfterCall } from '../core/ports.ts';

/** JSON Schema of a tool's arguments; its type is "object". */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ToolResult {
  /** What the service gets: a text, usually JSON. */
  readonly output: string;
  /** Default: reply. */
  readonly next?: AfterCall;
}

/** Arguments that the schema has accepted. */
export type ToolArguments = Readonly<Record<string, unknown>>;

export interface Tool {
  /** 1 to 64 letters, digits, "_" and "-". */
  readonly name: string;
  /** For the service: when to use it, and what it gives. */
  readonly description: string;
  readonly parameters: JsonSchema;
  /** After so long a call is aborted, and the service told so. */
  readonly timeoutMs: number;
  /**
   * Does it. When `signal` is aborted (a press, the time-out) it ends at once, and all that it started with it.
   * @throws ToolError with one sentence that the service can speak about
   */
  run(args: ToolArguments, signal: AbortSignal): Promise<ToolResult>;
}
