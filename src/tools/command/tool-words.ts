// What the owner's tools have in common: how much they may say, and how their failures become one sentence
// that can be spoken.

import { ToolError } from '../../core/errors.ts';

/** Of one call; the service would read all of it, and charge for it. */
export const OUTPUT_LIMIT_BYTES = 16 * 1024;

/** What the service gets from a tool that has nothing to say. */
export const DONE = '{"done":true}';

const MOST_CHARACTERS = 200;

/** Without line ends and other control characters, 200 characters at most. */
export const oneLine = (text: string): string => {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return Array.from(line).slice(0, MOST_CHARACTERS).join('');
};

/** Ends it with a full stop, where it does not end like a sentence. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What an aborted call is answered with. */
export const cancellation = ({ reason }: AbortSignal): ToolError =>
  reason instanceof ToolError ? reason : new ToolError('cancelled');
