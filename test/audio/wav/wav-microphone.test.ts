import { describe, expect, it } from 'vitest';
import { createWavMicrophone } from '../../../src/audio/wav/wav-microphone.ts';
import { FRAME_BYTES, FRAME_MS, silence } from '../../../src/core/pcm.ts';
import { describeMicrophone } from '../../contracts/microphone.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { ramp } from '../../rigs/samples.ts';
import { until } from '../../rigs/until.ts';

describeMicrophone('the WAV file', async (pcm) => {
  const clock = createFakeClock();
  return {
    microphone: createWavMicrophone({ pcm, repeat: false, clock }),
    // It speaks by itself as soon as it is on.
    speak: () => Promise.resolve(),
    pass: async (frames) => clock.advance(frames * FRAME_MS),
    children: () => [],
    dispose: () => Promise.resolve(),
  };
});

const setUp = (pcm: Buffer, repeat = false) => {
  const clock = createFakeClock();
  const frames: Buffer[] = [];
  const saidAfter: number[] = [];
  const onSaid = (): void => {
    saidAfter.push(frames.length);
  };
  const microphone = createWavMicrophone({ pcm, onSaid, repeat, clock });
  const listener = { frame: (frame: Buffer) => frames.push(frame), failed: () => expect.fail('failed') };
  return { clock, frames, saidAfter, microphone, listener };
};

describe('a microphone that is a WAV file', () => {
  it('delivers it in real time, and then silence', () => {
    const { clock, frames, microphone, listener, saidAfter } = setUp(ramp(500));
    microphone.start(listener);
    expect(frames).toHaveLength(0);
    clock.advance(19);
    expect(frames).toHaveLength(0);
    clock.advance(1);
    expect(frames).toHaveLength(1);
    clock.advance(60);
    const spoken = Buffer.concat([ramp(500), Buffer.alloc(2 * FRAME_BYTES - 1_000)]);
    expect(Buffer.concat(frames)).toEqual(Buffer.concat([spoken, silence(40)]));
    expect(saidAfter).toEqual([2]);
  });

  it('pauses while it is off', async () => {
    const { clock, frames, microphone, listener, saidAfter } = setUp(ramp(1_440));
    microphone.start(listener);
    clock.advance(30);
    await microphone.stop();
    clock.advance(1_000);
    expect(clock.waiting).toBe(0);
    microphone.start(listener);
    clock.advance(40);
    expect(Buffer.concat(frames)).toEqual(ramp(1_440));
    expect(saidAfter).toEqual([3]);
  });

  it('says everything again at the next start, with repeat, once it was said', async () => {
    const { clock, frames, microphone, listener, saidAfter } = setUp(ramp(960), true);
    microphone.start(listener);
    clock.advance(20);
    await microphone.stop();
    microphone.start(listener);
    clock.advance(40);
    await microphone.stop();
    microphone.start(listener);
    clock.advance(40);
    expect(Buffer.concat(frames)).toEqual(Buffer.concat([ramp(960), silence(20), ramp(960)]));
    expect(saidAfter).toEqual([2, 5]);
  });

  it('says everything again after the rest and a pause, where a recording began with the rest', async () => {
    const { clock, frames, microphone, listener } = setUp(ramp(960), true);
    microphone.start(listener);
    clock.advance(20);
    await microphone.stop();
    microphone.start(listener);
    clock.advance(20 + 1000 + 40 + 3000);
    const heard = Buffer.concat(frames);
    const again = Buffer.concat([ramp(960), silence(1000), ramp(960), silence(3000)]);
    expect(heard).toEqual(again);
  });

  it('says it once, without repeat', async () => {
    const { clock, frames, microphone, listener, saidAfter } = setUp(ramp(480));
    microphone.start(listener);
    clock.advance(20);
    await microphone.stop();
    microphone.start(listener);
    clock.advance(20);
    expect(Buffer.concat(frames)).toEqual(Buffer.concat([ramp(480), silence(20)]));
    expect(saidAfter).toEqual([1]);
  });

  it('catches up after a late timer, and is never early', () => {
    const fake = createFakeClock();
    let late = 0;
    const clock = { now: () => fake.now() + late, after: fake.after };
    const frames: Buffer[] = [];
    const microphone = createWavMicrophone({ pcm: ramp(4_800), repeat: false, clock });
    microphone.start({ frame: (frame) => frames.push(frame), failed: () => expect.fail('failed') });
    late = 95;
    fake.advance(20);
    expect(frames).toHaveLength(5);
    fake.advance(4);
    expect(frames).toHaveLength(5);
    fake.advance(1);
    expect(Buffer.concat(frames)).toEqual(ramp(6 * 480));
  });

  it('can be stopped while it catches up', () => {
    const fake = createFakeClock();
    let late = 0;
    let frames = 0;
    const clock = { now: () => fake.now() + late, after: fake.after };
    const microphone = createWavMicrophone({ pcm: ramp(4_800), repeat: false, clock });
    microphone.start({
      frame: () => {
        frames += 1;
        void microphone.stop();
      },
      failed: () => expect.fail('failed'),
    });
    late = 95;
    fake.advance(20);
    expect([frames, fake.waiting]).toEqual([1, 0]);
  });

  it('uses the system clock by default', async () => {
    let frames = 0;
    const microphone = createWavMicrophone({ pcm: ramp(480), repeat: false });
    microphone.start({
      frame: () => {
        frames += 1;
      },
      failed: () => expect.fail('failed'),
    });
    await until(() => frames > 2, 'frames');
    await microphone.stop();
  });
});
