// What is not TOML, as one sentence with line and column.

import { ParseError } from 'toml-eslint-parser';
import { ConfigError } from '../core/errors.ts';

/** @param error as toml-eslint-parser throws it */
export const syntaxError = (error: unknown, fileName: string): ConfigError => {
  if (error instanceof ParseError) {
    const otherWords = error.message.replace(/^./, (first) => first.toLowerCase());
    const [code, words] = syntaxProblems[error.message] ?? ['invalid-toml', otherWords];
    const place = `${fileName}:${error.lineNumber}:${error.column + 1}`;
    const sentence = `${place}: not valid TOML: ${words}.`;
    return ConfigError.of([{ code, sentence, line: error.lineNumber }]);
  }
  // What else it throws is a RangeError: it is recursive, and makes an argument of every character of a text.
  const why = 'a text is too long, or lists and tables are nested too deeply';
  return new ConfigError('toml-too-large', `${fileName}: cannot be read as TOML: ${why}.`, { cause: error });
};

const aValueIs = 'a value is "a text in quotes", a number, true or false';

/** Where the parser's words leave the remedy open. */
export const syntaxProblems: Readonly<Record<string, readonly [code: string, words: string]>> = {
  'Unexpected character': ['unexpected-character', `unexpected character; ${aValueIs}`],
  'Unexpected token': ['unexpected-token', `unexpected token; ${aValueIs}`],
  'Unspecified values are invalid': ['missing-value', `the value is missing; ${aValueIs}`],
  'Unterminated string constant': ['missing-quote', 'the closing quote of this text is missing'],
  'Expected equal (=) token': ['missing-equals-sign', 'write key = value'],
  'Must be a newline': ['missing-newline', 'write one key = value per line'],
  'Defining a key multiple times is invalid': [
    'duplicate-key',
    'this key or table is defined twice; remove one',
  ],
  'Invalid character in escape sequence': [
    'unknown-escape',
    "no such \\ escape; in 'single quotes' a \\ is just a \\",
  ],
};
