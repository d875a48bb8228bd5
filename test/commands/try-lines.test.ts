import { expect, test } from 'vitest';
import { textLine } from '../../src/commands/try-lines.ts';

const time = '2026-11-26T12:34:56.789Z';
const line = (record: object): string => textLine(JSON.stringify({ level: 'info', time, ...record }));

test.each([
  [
    { msg: 'Listening', phase: 'listening', light: 'solid', reason: 'session s, dialect ga' },
    'Listening: session s, dialect ga  [light on]',
  ],
  [{ msg: 'Ready', phase: 'idle', light: 'off' }, 'Ready  [light off]'],
  [{ msg: 'Heard', who: 'person', text: 'Hello.' }, '  Heard: Hello.'],
  [{ msg: 'Said', text: 'a\u001b[31mb\u001b]0;title\u0007\nc' }, '  Said: a [31mb ]0;title c'],
  [{ msg: 'Too slow.', level: 'warn' }, '  Warning: Too slow.'],
  [
    { msg: 'Turn', turn: 2, committedToFirstDeltaMs: 12, replyMs: 900 },
    '  Turn 2: committed to first delta 12 ms, length of the reply 900 ms',
  ],
])('%j', (record, text) => {
  expect(line(record)).toBe(`12:34:56.789  ${text}`);
});
