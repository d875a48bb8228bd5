import { describe, expect, it } from 'vitest';
import { describeLoudspeaker, Listener } from '../contracts/loudspeaker.ts';
import { ramp, soundOf } from '../rigs/samples.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeLoudspeaker } from './fake-loudspeaker.ts';

describeLoudspeaker('the fake', async () => {
  const clock = createFakeClock();
  const maxQueueMs = 2_000;
  const loudspeaker = createFakeLoudspeaker(clock, maxQueueMs);
  return {
    loudspeaker,
    maxQueueMs,
    pass: async (ms) => clock.advance(ms),
    heard: async () => soundOf(loudspeaker.heard()),
    children: () => [],
    dispose: () => Promise.resolve(),
  };
});

describe('the fake loudspeaker', () => {
  it('fails once, keeps what was heard, and can be started again', () => {
    const clock = createFakeClock();
    const loudspeaker = createFakeLoudspeaker(clock);
    const listener = new Listener();
    loudspeaker.start(listener);
    loudspeaker.play(ramp(2_400));
    clock.advance(50);
    expect(loudspeaker.inUse).toBe(true);
    loudspeaker.fail('gone', 'device-lost');
    loudspeaker.fail('gone again');
    expect(loudspeaker.flush()).toBe(50);
    clock.advance(1_000);
    expect(listener.words).toEqual(['started', 'failed: device-lost']);
    expect(loudspeaker.inUse).toBe(false);
    loudspeaker.start(listener);
    loudspeaker.end();
    clock.advance(1);
    expect(listener.words).toEqual(['started', 'failed: device-lost', 'drained']);
    expect(clock.waiting).toBe(0);
  });

  it('reports no failure after a stop', () => {
    const clock = createFakeClock();
    const loudspeaker = createFakeLoudspeaker(clock);
    const listener = new Listener();
    loudspeaker.start(listener);
    loudspeaker.fail('gone', 'device-lost');
    void loudspeaker.stop();
    clock.advance(1_000);
    expect(listener.words).toEqual([]);
  });
});
