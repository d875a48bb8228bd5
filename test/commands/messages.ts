// The sentences of the command line.

import type { TransitionRecord } from '../../src/assistant/observer.ts';
import { createProgram } from '../../src/commands/program.ts';
import { createEnding } from '../../src/commands/run.ts';
import { createProgress, type Progress } from '../../src/commands/try-progress.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { byCode, errorOf } from '../messages-of.ts';

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

export const messages = byCode([
  ...failures.map(({ code, sentence }) => ({ code, message: sentence })),
  await usageError('sing'),
  await usageError('run', '--loud'),
  await usageError('try', '--turns', 'three'),
  await usageError('parrot', '--dialect', 'gamma'),
  await usageError('config', 'init', '--set', 'gpio'),
]);
