import { describe, expect, it } from 'vitest';
import { PlayoutClock } from '../../src/audio/playout-clock.ts';
import { bytesOfMs } from '../../src/core/pcm.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';

const setUp = () => {
  const clock = createFakeClock();
  return { clock, playout: new PlayoutClock(clock) };
};

describe('the playout clock', () => {
  it('is dry before anything was handed over', () => {
    const { clock, playout } = setUp();
    clock.advance(1000);
    expect(playout.dry).toBe(true);
    expect(playout.heardBytes).toBe(0);
    expect(playout.remainingMs).toBe(0);
  });

  it('plays in real time', () => {
    const { clock, playout } = setUp();
    playout.hand(bytesOfMs(100));
    clock.advance(30);
    expect(playout.heardBytes).toBe(bytesOfMs(30));
    expect(playout.remainingMs).toBe(70);
    expect(playout.dry).toBe(false);
  });

  it('adds up what follows without a pause', () => {
    const { clock, playout } = setUp();
    playout.hand(bytesOfMs(100));
    clock.advance(60);
    playout.hand(bytesOfMs(100));
    expect(playout.remainingMs).toBe(140);
    clock.advance(139);
    expect(playout.heardBytes).toBe(bytesOfMs(199));
  });

  it('has never heard more than it got, and does not count the gap of an underrun', () => {
    const { clock, playout } = setUp();
    playout.hand(bytesOfMs(100));
    clock.advance(500);
    expect(playout.dry).toBe(true);
    expect(playout.heardBytes).toBe(bytesOfMs(100));
    playout.hand(bytesOfMs(100));
    expect(playout.heardBytes).toBe(bytesOfMs(100));
    clock.advance(10);
    expect(playout.heardBytes).toBe(bytesOfMs(110));
  });

  it('counts whole samples', () => {
    const { clock, playout } = setUp();
    playout.hand(bytesOfMs(100));
    clock.advance(0.03);
    expect(playout.heardBytes % 2).toBe(0);
  });

  it('stands still while the card is not open, and is not dry with something to play', () => {
    const { clock } = setUp();
    const playout = new PlayoutClock(clock, false);
    expect(playout.dry).toBe(true);
    playout.hand(bytesOfMs(100));
    clock.advance(500);
    expect(playout.dry).toBe(false);
    expect(playout.remainingMs).toBe(100);
    expect(playout.heardBytes).toBe(0);
    playout.opened();
    clock.advance(30);
    playout.opened();
    playout.hand(bytesOfMs(100));
    expect(playout.heardBytes).toBe(bytesOfMs(30));
    expect(playout.remainingMs).toBe(170);
  });
});
