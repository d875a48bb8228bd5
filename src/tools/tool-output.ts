// What all tools share about their output: its limit, and how a failure becomes one sentence that can be spoken.

import { ToolError } from '../core/errors.ts';

/** Of one call: the service reads all of it, and charges for it. */
export const MAX_OUTPUT_BYTES = 16 * 1024;
const MAX_LINE_CHARACTERS = 200;

/** The output of a tool that succeeds and writes nothing. */
export const emptyOutput = '{"done":true}';

/** Without line ends and other control characters; at most 200 characters. */
export const oneLine = (text: string): string => {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, MAX_LINE_CHARACTERS).join('');
};

/** Ends with a full stop, where it does not end like a sentence. */
export const asSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What an aborted call is answered with: the signal's reason, where that is for the service. */
export const cancellation = ({ reason }: AbortSignal): ToolError =>
  reason instanceof ToolError ? reason : new ToolError('cancelled', 'The call was cancelled.');
