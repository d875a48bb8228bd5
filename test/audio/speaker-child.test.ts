// The `speaker` package in its process: what it plays, and its errors.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildLoudspeaker } from '../../src/audio/child-loudspeaker.ts';
import { type PlaybackCommand, speakerCommand } from '../../src/audio/commands.ts';
import type { Failure } from '../../src/core/errors.ts';
import { silence } from '../../src/core/pcm.ts';
import { Child } from '../../src/system/child-process.ts';
import { piecesOf, ramp } from '../rigs/samples.ts';
import { until } from '../rigs/until.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-speaker-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const failureOf = async (command: PlaybackCommand): Promise<Failure> => {
  const shape = { jitterBufferMs: 120, leadInMs: 0, leadOutMs: 0, maxQueueMs: 10_000 };
  const loudspeaker = createChildLoudspeaker({ command, ...shape });
  const failures: Failure[] = [];
  loudspeaker.start({
    started: () => expect.fail('started'),
    drained: () => expect.fail('drained'),
    failed: (failure) => failures.push(failure),
  });
  loudspeaker.play(ramp(4_800));
  loudspeaker.end();
  await until(() => failures.length > 0, 'the failure');
  await loudspeaker.stop();
  const [failure] = failures;
  if (failure === undefined || failures.length > 1) throw new Error(`${failures.length} failures`);
  return failure;
};

/** ALSA's default device is a file from here on. */
const playIntoFile = (): string => {
  const file = join(folder, 'played');
  const slave = 'slave.pcm { type null }';
  writeFileSync(
    join(folder, 'asound.conf'),
    `pcm.!default { type file ${slave} file "${file}" format "raw" }\n`,
  );
  vi.stubEnv('ALSA_CONFIG_PATH', `/usr/share/alsa/alsa.conf:${join(folder, 'asound.conf')}`);
  return file;
};

describe('the speaker package', () => {
  it('gets every sample, and silence after them so that a real card plays the last', async () => {
    const file = playIntoFile();
    const { command, args } = speakerCommand('default');
    const sound = ramp(4_799);
    let code: number | null | undefined;
    let said = '';
    const child = new Child(command, args, {
      stdin: 'pipe',
      onOutput: (chunk) => {
        said += chunk.toString();
      },
      onExit: (ending) => {
        code = ending;
      },
    });
    // A pipe may cut samples in two.
    for (const piece of piecesOf(sound, 1_235)) {
      child.stdin?.write(piece);
      // The card is open, and reported to be, before the reply is complete.
      await until(() => said !== '', 'the byte');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.stdin?.end();
    await until(() => code !== undefined, 'the end');
    expect(code).toBe(0);
    expect(said).toHaveLength(1);
    expect(readFileSync(file)).toEqual(Buffer.concat([sound, silence(100)]));
  });

  it('aborts without a default device, which is reported', async () => {
    writeFileSync(join(folder, 'asound.conf'), 'pcm.spk { type null }\n');
    vi.stubEnv('ALSA_CONFIG_PATH', join(folder, 'asound.conf'));
    expect((await failureOf(speakerCommand('spk'))).code).toBe('default-device-missing');
  });

  it('may be missing, since it is optional', async () => {
    const program = join(folder, 'speaker-child.mjs');
    const command = speakerCommand('spk');
    const [source = '', ...args] = command.args;
    copyFileSync(source, program);
    expect(await failureOf({ ...command, args: [program, ...args] })).toMatchObject({
      code: 'speaker-package-missing',
      sentence: expect.stringContaining('Cannot find package'),
    });
  });
});
