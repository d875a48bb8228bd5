// The sentences of the command line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransitionRecord } from '../../src/assistant/observer.ts';
import { configInit } from '../../src/commands/config.ts';
import { parrot, triggersIn } from '../../src/commands/parrot.ts';
import { createProgram } from '../../src/commands/program.ts';
import { createEnding } from '../../src/commands/run.ts';
import { tryOut } from '../../src/commands/try.ts';
import { createProgress, type Progress } from '../../src/commands/try-progress.ts';
import { startParrot } from '../../src/parrot/server/parrot.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { byCode, errorOf } from '../messages-of.ts';
import { writeWav } from '../rigs/write-wav.ts';

const progressAfter = (event: TransitionRecord['event'], replies = 0): Progress => {
  const progress = createProgress({ fileSpeaks: true, turns: 3 }, createEnding(), createFakeClock());
  for (let n = 0; n < replies; n += 1)
    progress.note({ from: 'draining', event: 'playbackDrained', to: 'listening', reason: '' });
  progress.note({ from: 'listening', event, to: 'idle', reason: '' });
  return progress;
};

const failures = [
  progressAfter('timeout'),
  progressAfter('timeout', 1),
  progressAfter('timerDue'),
  progressAfter('buttonPressed'),
  progressAfter('failure'),
].map((progress) => progress.failure('speech.wav'));

const installation = { version: '1.0.0', root: '/opt/parley' };

/** What commander says of a wrong command line. */
const usageError = (...words: string[]) =>
  errorOf(() => {
    const program = createProgram(installation, () => Promise.resolve());
    const silent = { writeErr: () => undefined, writeOut: () => undefined };
    for (const command of [
      program,
      ...program.commands,
      ...program.commands.flatMap((each) => each.commands),
    ])
      command.configureOutput(silent);
    return program.parseAsync(words, { from: 'user' });
  });

const folder = mkdtempSync(join(tmpdir(), 'parley-messages-'));
const fileWith = (content: string): string => {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
};

const shipped = join(import.meta.dirname, '../../config/parley.toml');
const init = (path: string) => errorOf(() => configInit(shipped, { set: [], key: true }, path));

const portInUse = async () => {
  const server = await startParrot({ dialect: 'ga' });
  const error = await errorOf(() => parrot({ port: server.port, dialect: 'ga' }));
  await server.close();
  return error;
};

const sameFileTwice = () => {
  const file = join(folder, 'speech.wav');
  writeWav(file, Buffer.alloc(960));
  return errorOf(() => tryOut({ say: file, hear: file }));
};

const others = [
  await errorOf(() => triggersIn(join(folder, 'none.json'))),
  await errorOf(() => triggersIn(fileWith('{'))),
  await errorOf(() => triggersIn(fileWith('[{ "turn": 0, "calls": [] }]'))),
  await init(fileWith('')),
  await init(join(fileWith(''), 'parley.toml')),
  await portInUse(),
  await sameFileTwice(),
].map(({ code, message }) => ({
  code,
  message: message
    .replaceAll(`${folder}/`, '')
    .replaceAll(/Port \d+/g, 'Port N')
    // The message differs between versions of Node.
    .replaceAll(/(is not JSON:) .*/g, '$1 REASON.'),
}));
rmSync(folder, { recursive: true });

export const messages = byCode([
  ...failures.map(({ code, sentence }) => ({ code, message: sentence })),
  await usageError('sing'),
  await usageError('run', '--loud'),
  await usageError('try', '--turns', 'three'),
  await usageError('parrot', '--dialect', 'gamma'),
  await usageError('config', 'init', '--set', 'gpio'),
  ...others,
]);
