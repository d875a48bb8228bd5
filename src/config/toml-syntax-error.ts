// What is not TOML, as one sentence with line and column.

import { ParseError } from 'toml-eslint-parser';
import { ConfigError } from '../core/errors.ts';

/** @param error as toml-eslint-parser throws it */
export const syntaxError = (error: unknown, fileName: string): ConfigError => {
  if (error instanceof ParseError) {
    const { code, words } = syntaxProblems[error.message] ?? {
      code: 'invalid-toml',
      words: error.message.replace(/^./, (first) => first.toLowerCase()),
    };
    const place = `${fileName}:${error.lineNumber}:${error.column + 1}`;
    const sentence = `${place}: not valid TOML: ${words}.`;
    return ConfigError.of([{ code, sentence, line: error.lineNumber }]);
  }
  // What else it throws is a RangeError: it is recursive, and makes an argument of every character of a text.
  const why = 'a text is too long, or lists and tables are nested too deeply';
  return new ConfigError('toml-too-large', `${fileName}: cannot be read as TOML: ${why}.`);
};

const aValueIs = 'a value is "a text in quotes", a number, true or false';

/** Where the parser's words leave the remedy open. */
export const syntaxProblems: Readonly<Record<string, { readonly code: string; readonly words: string }>> = {
  'Unexpected character': { code: 'unexpected-character', words: `unexpected character; ${aValueIs}` },
  'Unexpected token': { code: 'unexpected-token', words: `unexpected token; ${aValueIs}` },
  'Unspecified values are invalid': { code: 'missing-value', words: `the value is missing; ${aValueIs}` },
  'Unterminated string constant': {
    code: 'missing-quote',
    words: 'the closing quote of this text is missing',
  },
  'Expected equal (=) token': { code: 'missing-equals-sign', words: 'write key = value' },
  'Must be a newline': { code: 'missing-newline', words: 'write one key = value per line' },
  'Defining a key multiple times is invalid': {
    code: 'duplicate-key',
    words: 'this key or table is defined twice; remove one',
  },
  'Invalid character in escape sequence': {
    code: 'unknown-escape',
    words: "no such \\ escape; in 'single quotes' a \\ is just a \\",
  },
};
