// Questions to a person at a terminal.

import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTerminalDialog, type TerminalDialog } from '../../src/doctor/user-dialog.ts';
import { until } from '../rigs/until.ts';

let input: PassThrough;
let shown = '';
let dialog: TerminalDialog;
beforeEach(() => {
  input = new PassThrough();
  const output = new PassThrough();
  shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  dialog = createTerminalDialog(input, output);
});
afterEach(() => dialog.close());

test.each([
  ['y', true],
  ['Yes', true],
  ['  y  ', true],
  ['n', false],
  ['NO', false],
])('%j', async (line, answer) => {
  const confirmed = dialog.confirm('Did you hear it?');
  input.write(`${line}\n`);
  expect(await confirmed).toBe(answer);
  expect(shown).toContain('Did you hear it? [y/n] ');
});

test('any other answer repeats the question', async () => {
  const confirmed = dialog.confirm('Well?');
  input.write('perhaps\n');
  await until(() => shown.split('Well?').length === 3, 'the question for the second time');
  input.write('\n');
  await until(() => shown.split('Well?').length === 4, 'the question for the third time');
  input.write('y\n');
  expect(await confirmed).toBe(true);
});

test('the end of the input means no', async () => {
  const confirmed = dialog.confirm('Well?');
  input.end();
  expect(await confirmed).toBe(false);
});

test('an open question ends with no when the next one comes, or at the close', async () => {
  const first = dialog.confirm('First?');
  const second = dialog.confirm('Second?');
  expect(await first).toBe(false);
  input.write('y\n');
  expect(await second).toBe(true);
  const third = dialog.confirm('Third?');
  dialog.close();
  expect(await third).toBe(false);
});

test('a text is printed as a line', async () => {
  dialog.say('Speak now.');
  await until(() => shown === 'Speak now.\n', 'the line');
});
