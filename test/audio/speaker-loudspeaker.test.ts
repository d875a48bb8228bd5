import { afterEach, expect, it, vi } from 'vitest';
import { createChildLoudspeaker } from '../../src/audio/child-loudspeaker.ts';
import { speakerCommand } from '../../src/audio/commands.ts';
import type { Failure } from '../../src/core/errors.ts';
import { msOfBytes } from '../../src/core/pcm.ts';
import { describeCardLoudspeaker } from '../contracts/card-loudspeaker.ts';
import { ramp } from '../rigs/samples.ts';
import { startSoundRig } from '../rigs/sound-rig.ts';

describeCardLoudspeaker(speakerCommand, 'node');

afterEach(() => vi.unstubAllEnvs());

it('does not count the time in which Node starts as heard', async () => {
  const rig = await startSoundRig();
  try {
    for (const [name, value] of Object.entries(rig.env)) vi.stubEnv(name, value);
    const hearing = await rig.hear();
    const speaker = speakerCommand('default');
    const script = 'sleep 1; exec "$@"';
    const command = {
      ...speaker,
      command: 'sh',
      args: ['-c', script, 'sh', speaker.command, ...speaker.args],
    };
    const shape = { jitterBufferMs: 120, leadInMs: 0, leadOutMs: 0, maxQueueMs: 10_000 };
    const loudspeaker = createChildLoudspeaker({ command, ...shape });
    const fail = ({ sentence }: Failure): void => expect.fail(sentence);
    loudspeaker.start({ started: () => undefined, drained: () => undefined, failed: fail });
    loudspeaker.play(ramp(30_000));
    await hearing.untilSamples(6_000);
    const claimedMs = loudspeaker.flush();
    await loudspeaker.stop();
    await hearing.more(150);
    // Half of the second that would be claimed without: enough for a rig that is late.
    expect(claimedMs).toBeLessThan(msOfBytes(2 * hearing.sound().length) + 500);
    await hearing.stop();
  } finally {
    await rig.stop();
  }
});
