// The `speaker` package where it cannot work: without a default device, and where it is not installed.

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildLoudspeaker } from '../../src/adapters/child-loudspeaker.ts';
import { type PlaybackCommand, speakerCommand } from '../../src/adapters/playback-commands.ts';
import { ramp } from '../rigs/samples.ts';
import { until } from '../rigs/until.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-speaker-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const failureOf = async (command: PlaybackCommand): Promise<string> => {
  const shape = { jitterBufferMs: 120, leadInMs: 0, leadOutMs: 0, maxQueueMs: 10_000 };
  const loudspeaker = createChildLoudspeaker({ command, ...shape });
  const failures: string[] = [];
  loudspeaker.start({
    started: () => undefined,
    drained: () => expect.fail('drained'),
    failed: (sentence) => failures.push(sentence),
  });
  loudspeaker.play(ramp(4_800));
  loudspeaker.end();
  await until(() => failures.length > 0, 'the failure');
  await loudspeaker.stop();
  expect(failures).toHaveLength(1);
  return failures[0] ?? '';
};

describe('the speaker package', () => {
  it('aborts without a default device, which is told in a sentence', async () => {
    writeFileSync(join(folder, 'asound.conf'), 'pcm.spk { type null }\n');
    vi.stubEnv('ALSA_CONFIG_PATH', join(folder, 'asound.conf'));
    expect(await failureOf(speakerCommand('spk'))).toBe(
      'The loudspeaker "spk" cannot be played by the speaker package, which gives up where ALSA\'s default ' +
        'device cannot be opened: set one in /etc/asound.conf, or set backend = "aplay" in [loudspeaker].',
    );
  });

  it('may be missing, for it is optional', async () => {
    const program = join(folder, 'speaker-child.mjs');
    const command = speakerCommand('spk');
    const [source = '', ...args] = command.args;
    copyFileSync(source, program);
    expect(await failureOf({ ...command, args: [program, ...args] })).toMatch(
      /^The "speaker" package cannot be loaded \(.*\): run "npm install" again, or set backend = "aplay" in \[loudspeaker\]\.$/,
    );
  });
});
