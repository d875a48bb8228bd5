import { expect, test } from 'vitest';
import { journalJson, journalLine, textLine } from '../../src/daemon/log-text.ts';

const time = '2026-11-26T12:34:56.789Z';
const json = (record: object): string => JSON.stringify({ level: 'info', time, ...record });

test.each([
  [
    { msg: 'Listening', phase: 'listening', light: 'solid', reason: 'session s, dialect ga' },
    'Listening: session s, dialect ga  [light on]',
  ],
  [{ msg: 'Ready', phase: 'idle', light: 'off' }, 'Ready  [light off]'],
  [{ msg: 'Heard', who: 'person', text: 'Hello.' }, '  Heard: Hello.'],
  [{ msg: 'Said', text: 'a\u001b[31mb\u001b]0;title\u0007\nc' }, '  Said: a [31mb ]0;title c'],
  [{ msg: 'Too slow.', level: 'warn', code: 'network-too-slow' }, '  Warning: Too slow.'],
  [{ msg: 'The button is lost.', level: 'error' }, '  Error: The button is lost.'],
  [
    { msg: 'Turn', turn: 2, committedToFirstDeltaMs: 12, replyMs: 900 },
    '  Turn 2: committed to first delta 12 ms, length of the reply 900 ms',
  ],
  [{ msg: 'Usage', usage: { inputTokens: 90, outputTokens: 7 } }, '  Usage: inputTokens 90, outputTokens 7'],
  [{ msg: 'Called get_time', ms: 3, ok: true, name: 'a b' }, '  Called get_time (ms 3, ok true, name a b)'],
])('%j', (record, words) => {
  expect(textLine(json(record))).toBe(`12:34:56.789  ${words}`);
});

test.each([
  ['trace', 7],
  ['debug', 7],
  ['info', 6],
  ['warn', 4],
  ['error', 3],
  ['fatal', 2],
])('%s has the priority %i in the journal', (level, priority) => {
  const line = journalLine(json({ level, msg: 'x' }));
  expect(line.startsWith(`<${priority}>`)).toBe(true);
  expect(line).not.toContain('12:34');
});

test('JSON in the journal has its priority once, whatever the words hold', () => {
  const record = json({ level: 'warn', msg: 'a\u2028b\u2029c\r\nd' });
  expect(journalJson(record)).toBe(`<4>${record}`);
});

test('no text can begin a line of its own in the journal', () => {
  const line = journalLine(json({ msg: 'Heard', text: 'hello\n<0>The kernel has panicked\r\u2028.' }));
  expect(line).toBe('<6>  Heard: hello <0>The kernel has panicked .');
});
