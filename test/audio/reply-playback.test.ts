import { existsSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import { childrenNamed } from '../rigs/processes.ts';
import {
  aWhile,
  forEachTest,
  player,
  type ScriptedLoudspeaker,
  sound,
} from '../rigs/scripted-loudspeaker.ts';
import { until } from '../rigs/until.ts';

let rig: ScriptedLoudspeaker;
forEachTest((made) => {
  rig = made;
});

describe('the jitter buffer of a loudspeaker', () => {
  it('starts the child at the first sample, and holds back the samples', async () => {
    rig.start(player);
    rig.loudspeaker.play(sound(119));
    await until(() => existsSync(rig.file), 'the child');
    await aWhile();
    expect(statSync(rig.file).size).toBe(0);
    expect(rig.words).toEqual([]);
    rig.loudspeaker.play(sound(1, 119));
    await rig.writtenBytes(sound(120).length);
    expect(rig.written()).toEqual(sound(120));
    expect(rig.words).toEqual(['started']);
  });

  it('fills again after an underrun, and only then', async () => {
    rig.start(player);
    rig.loudspeaker.play(sound(120));
    rig.clock.advance(119);
    rig.loudspeaker.play(sound(10, 120));
    await rig.writtenBytes(sound(130).length);
    expect(rig.written()).toEqual(sound(130));
    rig.clock.advance(11);
    rig.loudspeaker.play(sound(119, 130));
    rig.clock.advance(1_000);
    await aWhile();
    expect(rig.written()).toEqual(sound(130));
    rig.loudspeaker.play(sound(1, 249));
    await rig.writtenBytes(sound(250).length);
    expect(rig.written()).toEqual(sound(250));
    expect(rig.words).toEqual(['started']);
  });

  it('plays what it holds back when the reply ends', async () => {
    rig.start(player);
    rig.loudspeaker.play(sound(20));
    rig.loudspeaker.end();
    await rig.said(2);
    expect(rig.written()).toEqual(sound(20));
    expect(rig.words).toEqual(['started', 'drained']);
  });

  it('puts silence around each reply, and none around nothing', async () => {
    rig.start(player, { leadInMs: 30, leadOutMs: 40 });
    rig.loudspeaker.play(sound(20));
    rig.loudspeaker.end();
    rig.loudspeaker.play(Buffer.from([1]));
    rig.loudspeaker.end();
    await rig.drained();
    expect(rig.written()).toEqual(Buffer.concat([silence(30), sound(20), silence(40)]));
    expect(rig.words).toEqual(['started', 'drained']);
  });
});

describe('what was heard', () => {
  it('leaves out lead-in and underrun', () => {
    rig.start(player, { leadInMs: 50 });
    rig.loudspeaker.play(sound(200));
    rig.clock.advance(40);
    rig.clock.advance(60);
    // 50 ms of lead-in, 50 ms of sound; then everything, and a pause that does not count.
    rig.clock.advance(10_000);
    rig.loudspeaker.play(sound(200, 200));
    rig.clock.advance(30);
    expect(rig.loudspeaker.flush()).toBe(230);
  });

  it('is nothing during the lead-in', () => {
    rig.start(player, { leadInMs: 50 });
    rig.loudspeaker.play(sound(200));
    rig.clock.advance(40);
    expect(rig.loudspeaker.flush()).toBe(0);
  });

  it('is never more than was played', () => {
    rig.start(player, { leadInMs: 50, leadOutMs: 500 });
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    rig.clock.advance(600);
    expect(rig.loudspeaker.flush()).toBe(200);
  });

  it('counts all replies since the start', async () => {
    rig.start(player);
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    rig.loudspeaker.play(sound(300, 200));
    await until(() => rig.words.length === 2, 'the second reply');
    rig.clock.advance(100);
    expect(rig.loudspeaker.flush()).toBe(300);
    rig.loudspeaker.end();
    await rig.drained();
    expect(rig.loudspeaker.flush()).toBe(300);
  });
});

describe('a card that reports when it is open', () => {
  const reportsOpen = true;
  /** Takes long to start; reports that it is open when a file exists. */
  const slowPlayer = `while [ ! -e $F.open ]; do sleep 0.01; done; echo; ${player}`;
  const open = async (): Promise<void> => {
    writeFileSync(`${rig.file}.open`, '');
    await rig.said(1);
  };

  it('has played nothing before that, and has not started', async () => {
    rig.start(slowPlayer, { reportsOpen });
    rig.loudspeaker.play(sound(200));
    rig.clock.advance(5_000);
    await aWhile();
    expect(rig.words).toEqual([]);
    expect(rig.loudspeaker.flush()).toBe(0);
  });

  it('plays from then on, from the first sample', async () => {
    rig.start(slowPlayer, { reportsOpen, leadInMs: 50 });
    rig.loudspeaker.play(sound(200));
    rig.clock.advance(5_000);
    await open();
    rig.clock.advance(150);
    expect(rig.words).toEqual(['started']);
    expect(rig.loudspeaker.flush()).toBe(100);
  });

  it('has not run dry before that', async () => {
    rig.start(slowPlayer, { reportsOpen });
    rig.loudspeaker.play(sound(120));
    rig.clock.advance(5_000);
    rig.loudspeaker.play(sound(1, 120));
    await open();
    await rig.writtenBytes(sound(121).length);
    rig.clock.advance(121);
    expect(rig.loudspeaker.flush()).toBe(121);
  });

  it('has its deadline from then on', async () => {
    rig.start(`${slowPlayer}; exec sleep 1000`, { reportsOpen });
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    rig.clock.advance(10_199);
    await open();
    rig.clock.advance(10_199);
    await aWhile();
    expect(rig.words).toEqual(['started']);
    rig.clock.advance(1);
    await rig.said(2);
    expect(rig.words[1]).toBe('device-stuck');
  });

  it('is not the one of the previous reply, which was flushed', async () => {
    const late = '(sleep 0.05; echo) & exec cat >/dev/null';
    rig.start(`if [ -e $F ]; then exec sleep 1000; fi; echo >$F; ${late}`, { reportsOpen });
    rig.loudspeaker.play(sound(200));
    await rig.writtenBytes(1);
    rig.loudspeaker.flush();
    rig.loudspeaker.play(sound(200));
    await until(() => childrenNamed('sleep').length > 0, 'the next child');
    rig.clock.advance(1_000);
    expect(rig.loudspeaker.flush()).toBe(0);
    expect(rig.words).toEqual([]);
  });
});
