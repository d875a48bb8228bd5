// What every loudspeaker promises.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import { msOfBytes } from '../../src/core/pcm.ts';
import type { Loudspeaker, LoudspeakerListener } from '../../src/core/ports.ts';
import { piecesOf, ramp, soundOf } from '../rigs/samples.ts';

export interface LoudspeakerRig {
  readonly loudspeaker: Loudspeaker;
  /** At most two seconds, or the test of the limit never ends. */
  readonly maxQueueMs: number;
  /** Lets the time of so many milliseconds of sound pass. */
  pass(ms: number): Promise<void>;
  /** Everything that was heard since the rig was made, without the silence. */
  heard(): Promise<number[]>;
  /** The child processes that are left. */
  children(): number[];
  dispose(): Promise<void>;
}

/** Notes each call: "started", "drained", "failed: queue-full". */
export class Listener implements LoudspeakerListener {
  readonly words: string[] = [];
  started(): void {
    this.words.push('started');
  }
  drained(): void {
    this.words.push('drained');
  }
  failed({ code }: Failure): void {
    this.words.push(`failed: ${code}`);
  }
}

const TICK_MS = 10;
const MAX_TICKS = 3_000;

export const describeLoudspeaker = (name: string, createRig: () => Promise<LoudspeakerRig>): void => {
  describe(`loudspeaker contract: ${name}`, () => {
    let rig: LoudspeakerRig;
    let loudspeaker: Loudspeaker;
    let listener: Listener;
    beforeEach(async () => {
      rig = await createRig();
      loudspeaker = rig.loudspeaker;
      listener = new Listener();
    });
    afterEach(async () => {
      await loudspeaker.stop();
      const children = rig.children();
      await rig.dispose();
      expect(children).toEqual([]);
    });
    const until = async (isTrue: () => boolean): Promise<void> => {
      for (let ticks = 0; !isTrue(); ticks += 1) {
        if (ticks > MAX_TICKS) throw new Error(`waited without a result after: ${listener.words.join(', ')}`);
        await rig.pass(TICK_MS);
      }
    };
    const untilWords = async (...words: readonly string[]): Promise<void> => {
      await until(() => listener.words.length >= words.length);
      expect(listener.words).toEqual(words);
    };
    /** Half a second, and a little more if a card is slow. */
    const reply = ramp(12_000);
    const sound = soundOf(reply);
    const playInHalves = (): void => {
      for (const piece of piecesOf(reply, reply.length / 2)) loudspeaker.play(piece);
      loudspeaker.end();
    };

    it('plays a reply, whole and once, and reports its start and its end', async () => {
      loudspeaker.start(listener);
      playInHalves();
      await untilWords('started', 'drained');
      expect(await rig.heard()).toEqual(sound);
      expect(listener.words).toHaveLength(2);
    });

    it('does not call its listener before a method returns', async () => {
      loudspeaker.start(listener);
      playInHalves();
      loudspeaker.end();
      loudspeaker.flush();
      loudspeaker.end();
      expect(listener.words).toEqual([]);
    });

    it('plays chunks of odd lengths', async () => {
      loudspeaker.start(listener);
      for (const piece of piecesOf(reply, 961)) loudspeaker.play(piece);
      loudspeaker.end();
      await untilWords('started', 'drained');
      expect(await rig.heard()).toEqual(sound);
    });

    it('drops half a sample with its reply', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(Buffer.concat([ramp(1_000), Buffer.from([77])]));
      loudspeaker.end();
      loudspeaker.play(ramp(1_000, 1_001));
      loudspeaker.end();
      await untilWords('started', 'started', 'drained');
      expect(await rig.heard()).toEqual(soundOf(ramp(2_000)));
    });

    it('is drained soon where nothing was played', async () => {
      loudspeaker.start(listener);
      loudspeaker.end();
      await untilWords('drained');
      loudspeaker.end();
      loudspeaker.end();
      await untilWords('drained', 'drained');
    });

    it('plays an earcon before a reply, without started, and does not count it as heard', async () => {
      const earcon = ramp(1_000, 20_001);
      loudspeaker.start(listener);
      loudspeaker.playEarcon(earcon);
      playInHalves();
      await untilWords('started', 'drained');
      expect(await rig.heard()).toEqual([...soundOf(earcon), ...sound]);
      expect(loudspeaker.flush()).toBe(Math.floor(msOfBytes(reply.length)));
    });

    it('leaves out an earcon that would have to wait', async () => {
      loudspeaker.start(listener);
      playInHalves();
      loudspeaker.playEarcon(ramp(1_000, 20_001));
      await untilWords('started', 'drained');
      expect(await rig.heard()).toEqual(sound);
    });

    it('plays an earcon alone, and is drained after it', async () => {
      const earcon = ramp(1_000, 20_001);
      loudspeaker.start(listener);
      loudspeaker.playEarcon(earcon);
      loudspeaker.end();
      await untilWords('drained');
      expect(await rig.heard()).toEqual(soundOf(earcon));
      expect(loudspeaker.flush()).toBe(0);
    });

    it('plays a second reply after the first, and is drained once', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(ramp(6_000));
      loudspeaker.end();
      loudspeaker.play(ramp(6_000, 6_001));
      loudspeaker.end();
      await untilWords('started', 'started', 'drained');
      expect(await rig.heard()).toEqual(sound);
      expect(listener.words).toHaveLength(3);
    });

    it('is not drained while a further reply goes on', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(ramp(4_000));
      loudspeaker.end();
      loudspeaker.play(ramp(4_000, 4_001));
      await untilWords('started', 'started');
      await rig.pass(400);
      expect(listener.words).toHaveLength(2);
      loudspeaker.end();
      await untilWords('started', 'started', 'drained');
    });

    it('plays three replies in a row, and counts what was heard of all since the start', async () => {
      loudspeaker.start(listener);
      const words: string[] = [];
      for (const heardMs of [200, 400, 600]) {
        loudspeaker.play(ramp(4_800, 24 * (heardMs - 200) + 1));
        loudspeaker.end();
        words.push('started', 'drained');
        await untilWords(...words);
        expect(loudspeaker.flush()).toBe(heardMs);
      }
      expect(await rig.heard()).toEqual(soundOf(ramp(14_400)));
      await loudspeaker.stop();
      // While it is not started, the last reply does not count.
      expect(loudspeaker.flush()).toBe(0);
      loudspeaker.start(listener);
      expect(loudspeaker.flush()).toBe(0);
    });

    it('is not changed by a second start', async () => {
      const second = new Listener();
      loudspeaker.start(listener);
      loudspeaker.start(second);
      playInHalves();
      await untilWords('started', 'drained');
      expect(second.words).toEqual([]);
      expect(await rig.heard()).toEqual(sound);
    });

    it('plays nothing before it is started', async () => {
      playInHalves();
      expect(loudspeaker.flush()).toBe(0);
      loudspeaker.start(listener);
      loudspeaker.end();
      await untilWords('drained');
      expect(await rig.heard()).toEqual([]);
    });

    it('is silent after a flush, reports how much was heard, and plays again', async () => {
      const long = ramp(43_000);
      loudspeaker.start(listener);
      loudspeaker.play(long);
      await untilWords('started');
      await rig.pass(200);
      const heardMs = loudspeaker.flush();
      expect(heardMs).toBeGreaterThan(0);
      expect(heardMs).toBeLessThanOrEqual(msOfBytes(long.length));
      expect(loudspeaker.flush()).toBe(heardMs);
      loudspeaker.end();
      await untilWords('started', 'drained');
      const heard = await rig.heard();
      expect(heard.length).toBeLessThan(43_000);
      expect(heard).toEqual(soundOf(long).slice(0, heard.length));
      expect(loudspeaker.flush()).toBe(heardMs);
      loudspeaker.play(ramp(2_000, 20_001));
      loudspeaker.end();
      await untilWords('started', 'drained', 'started', 'drained');
      expect((await rig.heard()).slice(heard.length)).toEqual(soundOf(ramp(2_000, 20_001)));
    });

    it('is drained soon when it is flushed after the end', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(ramp(24_000));
      loudspeaker.end();
      loudspeaker.play(ramp(24_000));
      loudspeaker.end();
      await untilWords('started');
      loudspeaker.flush();
      await untilWords('started', 'drained');
      expect((await rig.heard()).length).toBeLessThan(24_000);
      expect(listener.words).toHaveLength(2);
    });

    it('is not drained by a flush while a reply goes on', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(ramp(4_000));
      loudspeaker.end();
      loudspeaker.play(ramp(24_000));
      loudspeaker.flush();
      await rig.pass(100);
      expect(listener.words).not.toContain('drained');
      loudspeaker.end();
      await until(() => listener.words.includes('drained'));
    });

    it('does not call its listener after a stop, and starts again right after it', async () => {
      loudspeaker.start(listener);
      loudspeaker.play(ramp(24_000));
      loudspeaker.end();
      await untilWords('started');
      const before = listener;
      void loudspeaker.stop();
      listener = new Listener();
      loudspeaker.start(listener);
      loudspeaker.play(ramp(2_000, 25_001));
      loudspeaker.end();
      await untilWords('started', 'drained');
      expect((await rig.heard()).slice(-2_000)).toEqual(soundOf(ramp(2_000, 25_001)));
      expect(before.words).toEqual(['started']);
    });

    it('uses the card while it plays, and not after a stop', async () => {
      expect(loudspeaker.inUse).toBe(false);
      loudspeaker.start(listener);
      loudspeaker.play(reply);
      await untilWords('started');
      expect(loudspeaker.inUse).toBe(true);
      await loudspeaker.stop();
      expect(loudspeaker.inUse).toBe(false);
    });

    it('can be stopped twice, and before it was started', async () => {
      await loudspeaker.stop();
      loudspeaker.start(listener);
      loudspeaker.play(reply);
      await Promise.all([loudspeaker.stop(), loudspeaker.stop()]);
      expect(rig.children()).toEqual([]);
      await rig.pass(100);
      expect(listener.words).toEqual([]);
    });

    it('fails once when its queue is full, and is silent until the next start', async () => {
      loudspeaker.start(listener);
      // The pipe to a child takes some seconds more.
      const tooMuch = piecesOf(ramp(24_000 * 12), 48_000);
      for (const piece of tooMuch) loudspeaker.play(piece);
      loudspeaker.end();
      const failures = (): string[] => listener.words.filter((word) => word !== 'started');
      await until(() => failures().length > 0);
      expect(failures()).toEqual(['failed: queue-full']);
      for (const piece of tooMuch) loudspeaker.play(piece);
      loudspeaker.end();
      await rig.pass(100);
      expect(failures()).toHaveLength(1);
      const before = (await rig.heard()).length;
      listener.words.length = 0;
      loudspeaker.start(listener);
      loudspeaker.play(ramp(2_000));
      loudspeaker.end();
      await untilWords('started', 'drained');
      expect((await rig.heard()).slice(before)).toEqual(soundOf(ramp(2_000)));
    });
  });
};
