// A tool: something that the service may call (a function call), built in or defined by the owner; and what all
// tools share about their output: its limit, and how a failure becomes one sentence that can be spoken.

import { oneLine, ToolError } from '../core/errors.ts';
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

/** Of one call: the service reads all of it, and charges for it. */
export const MAX_OUTPUT_BYTES = 16 * 1024;
const MAX_LINE_CHARACTERS = 200;

/** The beginning of an output that is longer, with a line that says so: what the tool does is done all the same. */
export const cutOutput = (output: Buffer): string => {
  const whole = new TextDecoder().decode(output.subarray(0, MAX_OUTPUT_BYTES), { stream: true });
  return output.length <= MAX_OUTPUT_BYTES
    ? output.toString()
    : `${whole}\n[It was done. The output is longer: this is the beginning, ${MAX_OUTPUT_BYTES / 1024} KB of it.]`;
};

/** The output of a tool that succeeds and writes nothing. */
export const emptyOutput = '{"done":true}';

/** The end of a sentence that gives a program's own words as the reason, where it has written some. */
export const because = (words: string): string => {
  const line = oneLine(words, MAX_LINE_CHARACTERS);
  return line === '' ? '' : `: ${line}`;
};

/** Ends with a full stop, where it does not end like a sentence. */
export const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What an aborted call is answered with: the signal's reason, where that is for the service. */
export const cancellation = ({ reason }: AbortSignal): ToolError =>
  reason instanceof ToolError ? reason : new ToolError('cancelled', 'The call was cancelled.');
