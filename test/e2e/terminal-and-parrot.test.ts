// The terminal as button and light, and the parrot as a service of its own: the real program.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProgram } from '../rigs/daemon.ts';
import { speak } from '../rigs/speech.ts';
import { startTerminal } from '../rigs/terminal.ts';
import { until } from '../rigs/until.ts';
import { writeWav } from '../rigs/write-wav.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-terminal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

test('parley try in a terminal: Enter is the button, the terminal the light, Ctrl-C the end', async () => {
  const utterance = speak('Hello from the terminal.');
  writeWav(join(folder, 'hear.wav'), utterance);
  const terminal = startTerminal(['try', '--hear', join(folder, 'hear.wav')], {
    ALSA_CONFIG_PATH: '/dev/null',
  });
  await terminal.until('Press Enter');
  await terminal.until('Ready');
  await terminal.until('○');
  terminal.type('\r');
  // No sound card here: the sentence, the alarm, and Parley continues.
  await terminal.until('Failed: There is no microphone');
  await terminal.until('●');
  await terminal.until('Ready: the alarm was shown');
  terminal.type('\x03');
  expect(await terminal.ended).toBe(0);
  expect(terminal.output()).toContain('\x1b[2K');
});

test('the parrot serves any client, and prints the events', async () => {
  const program = startProgram(['parrot', '--port', '0', '--dialect', 'beta']);
  const line = await new Promise<string>((resolve) =>
    program.process.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  const [url = ''] = /ws:\S+[^.,\s]/.exec(line) ?? [];
  const file = inFolder('parley.toml', `[realtime]\nurl = "${url}"\n[realtime.headers]\n`);
  writeWav(join(folder, 'say.wav'), speak('Hello, other parrot.'));
  const words = [
    'try',
    '--live',
    '--config',
    file,
    '--say',
    join(folder, 'say.wav'),
    '--hear',
    join(folder, 'hear.wav'),
  ];
  const client = startProgram(words);
  expect(await client.ended).toEqual({ code: 0, signal: null });
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.output()).toContain('<- session.update');
  expect(program.output()).toContain('-> response.audio.delta');
  expect(readFileSync(join(folder, 'hear.wav')).length).toBeGreaterThan(44);
});

test('SIGUSR1 never opens the debugger', async () => {
  const program = startProgram(['parrot', '--port', '0']);
  await until(() => program.output().includes('listens'), 'the parrot');
  program.press();
  expect(await program.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.errors()).toBe('');
});
