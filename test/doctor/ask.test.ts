// A person at a terminal, asked.

import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTerminalAsk, type TerminalAsk } from '../../src/doctor/ask.ts';
import { until } from '../rigs/until.ts';

let input: PassThrough;
let shown = '';
let ask: TerminalAsk;
beforeEach(() => {
  input = new PassThrough();
  const output = new PassThrough();
  shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  ask = createTerminalAsk({ input, output });
});
afterEach(() => ask.close());

test.each([
  ['y', true],
  ['Yes', true],
  ['  y  ', true],
  ['n', false],
  ['NO', false],
])('%j', async (line, answer) => {
  const confirmed = ask.confirm('Did you hear it?');
  input.write(`${line}\n`);
  expect(await confirmed).toBe(answer);
  expect(shown).toContain('Did you hear it? [y/n] ');
});

test('anything else is asked again', async () => {
  const confirmed = ask.confirm('Well?');
  input.write('perhaps\n');
  await until(() => shown.split('Well?').length === 3, 'the question for the second time');
  input.write('\n');
  await until(() => shown.split('Well?').length === 4, 'the question for the third time');
  input.write('y\n');
  expect(await confirmed).toBe(true);
});

test('whoever goes away says no', async () => {
  const confirmed = ask.confirm('Well?');
  input.end();
  expect(await confirmed).toBe(false);
});

test('a question that nobody has answered is over when the next one comes, or the end', async () => {
  const first = ask.confirm('First?');
  const second = ask.confirm('Second?');
  expect(await first).toBe(false);
  input.write('y\n');
  expect(await second).toBe(true);
  const third = ask.confirm('Third?');
  ask.close();
  expect(await third).toBe(false);
});

test('what is said is a line', async () => {
  ask.say('Speak now.');
  await until(() => shown === 'Speak now.\n', 'the line');
});
