import { describe, expect, it } from 'vitest';
import { childrenNamed, isAlive } from '../rigs/processes.ts';
import { aWhile, forEachTest, type ScriptedLoudspeaker, sound } from '../rigs/scripted-loudspeaker.ts';
import { until } from '../rigs/until.ts';

let rig: ScriptedLoudspeaker;
forEachTest((made) => {
  rig = made;
});

describe('the children of a loudspeaker', () => {
  it('run one after the other', async () => {
    rig.start('echo begin >>$F; cat >/dev/null; echo end >>$F');
    for (const at of [0, 1, 2]) {
      rig.loudspeaker.play(sound(20, 20 * at));
      rig.loudspeaker.end();
    }
    await rig.drained();
    expect(rig.written().toString()).toBe('begin\nend\nbegin\nend\nbegin\nend\n');
    expect(rig.words).toEqual(['started', 'started', 'started', 'drained']);
  });

  it('wait until a flushed one has ended', async () => {
    // Like a card that can be opened once, and is not free at the moment its holder has ended.
    const open = 'exec 9>>$F; flock -n 9 || { echo busy >&2; exit 1; }; echo open >&9';
    rig.start(`${open}; sleep 0.05 & exec cat >/dev/null`);
    rig.loudspeaker.play(sound(200));
    await until(() => rig.written().length > 0, 'the child');
    rig.loudspeaker.flush();
    rig.loudspeaker.play(sound(20));
    rig.loudspeaker.end();
    await rig.drained();
    expect(rig.words).toEqual(['started', 'started', 'drained']);
  });

  it('have ended when a flushed reply is drained: the card is free', async () => {
    rig.start('echo $$ >>$F; exec sleep 1000');
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    await until(() => rig.written().length > 0, 'the child');
    rig.loudspeaker.flush();
    // What does not wait for the child has happened now.
    await Promise.resolve();
    expect(rig.words).toEqual(['started']);
    await rig.drained();
    expect(isAlive(Number(rig.written()))).toBe(false);
  });

  it('may take ten seconds longer than they should, at most', async () => {
    rig.start('cat >/dev/null; exec sleep 1000');
    rig.loudspeaker.play(sound(300));
    rig.loudspeaker.end();
    rig.clock.advance(10_299);
    await aWhile();
    expect(rig.words).toEqual(['started']);
    rig.clock.advance(1);
    await rig.said(2);
    expect(rig.words[1]).toBe('device-stuck');
    await until(() => childrenNamed('sleep').length === 0, 'the end of the child');
  });

  it('may not end before the reply is complete', async () => {
    rig.start('head -c 100 >/dev/null');
    rig.loudspeaker.play(sound(200));
    await rig.said(2);
    expect(rig.words).toEqual(['started', 'card-failed']);
  });

  it('fail once, with everything in the queue', async () => {
    rig.start('head -c 100 >/dev/null; echo the card caught fire >&2; exit 3');
    for (const at of [0, 1, 2]) {
      rig.loudspeaker.play(sound(4_000, 4_000 * at));
      if (at < 2) rig.loudspeaker.end();
    }
    await rig.said(2);
    expect(rig.words[1]).toBe('card-failed');
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    await aWhile();
    expect(rig.words).toHaveLength(2);
  });

  it('of an earcon may fail without a report: it is left out, and the next reply is played', async () => {
    rig.start('if [ -s $F ]; then cat >>$F; else echo failed >>$F; exit 1; fi');
    rig.loudspeaker.playEarcon(sound(20, 7));
    rig.loudspeaker.play(sound(20, 40));
    rig.loudspeaker.end();
    await rig.drained();
    expect(rig.words).toEqual(['started', 'drained']);
    expect(rig.written()).toEqual(Buffer.concat([Buffer.from('failed\n'), sound(20, 40)]));
  });

  it('of an earcon are killed where they do not end, without a report', async () => {
    rig.start('cat >/dev/null; exec sleep 1000');
    rig.loudspeaker.playEarcon(sound(300));
    rig.loudspeaker.end();
    await until(() => childrenNamed('sleep').length === 1, 'a child that does not end');
    rig.clock.advance(10_301);
    await rig.drained();
    expect(rig.words).toEqual(['drained']);
  });

  it('fail without a report after a stop', async () => {
    rig.start('exit 3');
    rig.loudspeaker.play(sound(200));
    await rig.loudspeaker.stop();
    await aWhile();
    expect(rig.words).toEqual([]);
  });

  it('may be missing', async () => {
    const program = 'no-aplay';
    const use = { kind: 'loudspeaker', device: 'card', program } as const;
    rig.startCommand({ command: program, args: [], ...use, reportsOpen: false });
    rig.loudspeaker.play(sound(200));
    rig.loudspeaker.end();
    await rig.said(2);
    expect(rig.words[1]).toBe('program-missing');
  });
});

describe('the queue of a loudspeaker', () => {
  it('is full at its limit where the child reads nothing', async () => {
    rig.start('exec sleep 1000');
    rig.loudspeaker.play(sound(10_000));
    await aWhile();
    expect(rig.words).toEqual(['started']);
    rig.loudspeaker.play(sound(1));
    await rig.said(2);
    expect(rig.words[1]).toBe('queue-full');
  });

  it('is full of very many tiny replies, too', async () => {
    rig.start('exec sleep 1000');
    for (let count = 0; count < 600; count += 1) {
      rig.loudspeaker.play(Buffer.alloc(2));
      rig.loudspeaker.end();
    }
    await rig.said(2);
    expect(rig.words.at(-1)).toBe('queue-full');
  });
});
