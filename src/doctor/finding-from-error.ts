// Parley's sentences name the thing and, after the last colon, the remedy. A finding has them apart.

import { type Finding, fail } from './check.ts';

/** A command is to be typed as it stands. */
const capital = (text: string): string =>
  /^(sudo|chmod) /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

/** @param otherwise the remedy where the sentence has none */
export const failedBy = (sentence: string, otherwise: string): Finding => {
  const at = sentence.lastIndexOf(': ');
  return at === -1
    ? fail(sentence.replace(/\.$/, ''), otherwise)
    : fail(sentence.slice(0, at), capital(sentence.slice(at + 2)));
};
