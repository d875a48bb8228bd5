import { expect, test } from 'vitest';
import { TurnStats } from '../../src/assistant/turn-stats.ts';
import { bytesOfMs } from '../../src/core/pcm.ts';

test('the delays of two turns; only the first knows the press', () => {
  const stats = new TurnStats();
  stats.note('buttonPressed', 1000);
  stats.note('sessionReady', 1700.4);
  stats.note('turnCommitted', 5000);
  stats.note('replyStarted', 5300);
  stats.noteAudio(bytesOfMs(500));
  stats.note('firstWrite', 5420);
  stats.noteAudio(bytesOfMs(250));
  expect(stats.finish()).toEqual({
    turn: 1,
    pressToListeningMs: 700,
    committedToFirstDeltaMs: 300,
    firstDeltaToFirstWriteMs: 120,
    replyMs: 750,
  });
  stats.note('turnCommitted', 9000);
  expect(stats.finish()).toEqual({ turn: 2, replyMs: 0 });
});

test('a second part of a reply does not begin it again', () => {
  const stats = new TurnStats();
  stats.note('turnCommitted', 0);
  stats.note('replyStarted', 100);
  stats.note('replyStarted', 900);
  expect(stats.finish()).toMatchObject({ committedToFirstDeltaMs: 100 });
});

test('no turn, no facts', () => {
  const stats = new TurnStats();
  stats.note('buttonPressed', 0);
  stats.note('sessionReady', 1);
  expect(stats.finish()).toBeUndefined();
});
