import { describe, expect, test } from 'vitest';
import { FRAME_BYTES, silence } from '../../src/core/pcm.ts';
import { createAssistantRig, hearReply, listen } from '../rigs/assistant-rig.ts';

const frame = (value: number): Buffer => Buffer.alloc(FRAME_BYTES, value);
const second = silence(1000).fill(7);

describe('one turn', () => {
  test('recording begins at the press, and goes to the connection from the first frame', () => {
    const rig = createAssistantRig();
    rig.assistant.press('the button');
    expect(rig.assistant.phase).toBe('connecting');
    rig.microphone.say(frame(1));
    rig.connection().say('sessionReady');
    rig.microphone.say(frame(2));
    expect(rig.connection().sent).toEqual([frame(1), frame(2)]);
    expect(rig.microphone.starts).toBe(1);
  });

  test('the microphone closes when the utterance is taken, and what is in flight is cleared', () => {
    const rig = createAssistantRig();
    listen(rig);
    rig.connection().say('turnCommitted');
    rig.microphone.say(frame(1));
    expect(rig.assistant.phase).toBe('thinking');
    expect(rig.microphone.inUse).toBe(false);
    expect(rig.connection().sent).toEqual(['clear']);
  });

  test('it opens again when the reply was heard and its echo is over, after a clear', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    expect(rig.assistant.phase).toBe('draining');
    rig.clock.advance(1000);
    expect(rig.loudspeaker.heard()).toEqual(second);
    rig.clock.advance(299);
    expect(rig.microphone.inUse).toBe(false);
    rig.clock.advance(1);
    expect(rig.assistant.phase).toBe('listening');
    rig.microphone.say(frame(3));
    expect(rig.connection().sent).toEqual(['clear', 'clear', frame(3)]);
  });

  test('a reply without sound leads straight back', () => {
    const rig = createAssistantRig();
    listen(rig);
    for (const event of ['turnCommitted', 'replyCreated', 'replyEnded'] as const) rig.connection().say(event);
    expect(rig.assistant.phase).toBe('listening');
    expect(rig.microphone.inUse).toBe(true);
  });

  test('a second reply while the first drains keeps the microphone off until both were heard', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.clock.advance(500);
    for (const event of ['replyCreated', 'replyStarted'] as const) rig.connection().say(event);
    rig.connection().sound(second);
    rig.clock.advance(5000);
    expect(rig.microphone.inUse).toBe(false);
    rig.connection().say('replyEnded');
    rig.clock.advance(300);
    expect(rig.microphone.inUse).toBe(true);
    expect(rig.loudspeaker.heard()).toEqual(Buffer.concat([second, second]));
  });

  test('a second reply within the echo tail of the first keeps the microphone off', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    rig.clock.advance(1100);
    rig.connection().say('replyCreated');
    rig.clock.advance(10_000);
    expect(rig.assistant.phase).toBe('speaking');
    expect(rig.microphone.inUse).toBe(false);
  });
});

describe('the light', () => {
  test('is solid before the first sample leaves and until after the last', () => {
    const rig = createAssistantRig();
    const seen: string[] = [];
    rig.assistant.press('the button');
    const connection = rig.connection();
    const { send } = connection;
    connection.send = (pcm) => {
      seen.push(rig.light());
      send.call(connection, pcm);
    };
    const stop = rig.microphone.stop;
    rig.microphone.stop = () => {
      seen.push(`off under ${rig.light()}`);
      return stop();
    };
    connection.say('sessionReady');
    rig.microphone.say(frame(1));
    connection.say('turnCommitted');
    expect(seen).toEqual(['solid', 'off under solid']);
    expect(rig.light()).toBe('slowBlink');
  });

  test('changes after what is off, and before what is on', () => {
    const rig = createAssistantRig();
    const order: string[] = [];
    const { start, stop } = rig.microphone;
    rig.microphone.start = (listener) => {
      order.push(`microphone on under ${rig.light()}`);
      start(listener);
    };
    rig.microphone.stop = () => {
      order.push(`microphone off under ${rig.light()}`);
      return stop();
    };
    rig.assistant.press('the button');
    rig.assistant.press('the button');
    expect(order).toEqual(['microphone on under fastBlink', 'microphone off under fastBlink']);
    expect(rig.light()).toBe('off');
  });

  test('is not shown again where it stays the same', () => {
    const rig = createAssistantRig();
    hearReply(rig, second);
    rig.connection().say('replyEnded');
    expect(rig.shown).toEqual(['fastBlink', 'solid', 'slowBlink', 'heartbeat']);
  });
});

describe('the log', () => {
  test('counts turns from one in each conversation', () => {
    const rig = createAssistantRig();
    for (const _conversation of [1, 2]) {
      hearReply(rig, second);
      rig.assistant.press('the button');
    }
    const turns = rig.log.lines.filter(({ sentence }) => sentence === 'Turn');
    expect(turns.map(({ facts }) => (facts as { turn: number }).turn)).toEqual([1, 1]);
  });

  test('has a line for each phase with the reason, and one for the turn with its delays', () => {
    const rig = createAssistantRig();
    rig.assistant.press('the button');
    rig.clock.advance(700);
    rig.connection().say('sessionReady', 'session s1, dialect ga');
    rig.connection().say('turnCommitted');
    rig.clock.advance(240);
    rig.connection().say('replyStarted');
    rig.connection().sound(second);
    rig.connection().say('replyEnded');
    rig.clock.advance(1300);
    const info = rig.log.lines.filter(({ level }) => level === 'info');
    expect(info.map(({ sentence }) => sentence)).toEqual([
      'Connecting',
      'Listening',
      'Thinking',
      'Playing response',
      'Finishing response',
      'Listening',
      'Turn',
    ]);
    expect(info[1]?.facts).toMatchObject({
      phase: 'listening',
      light: 'solid',
      reason: 'session s1, dialect ga',
    });
    expect(info.at(-1)?.facts).toEqual({
      turn: 1,
      pressToListeningMs: 700,
      committedToFirstDeltaMs: 240,
      firstDeltaToFirstWriteMs: 0,
      replyMs: 1000,
    });
  });

  test.each([true, false])('says what was said where transcripts = %s', (transcripts) => {
    const rig = createAssistantRig({ transcripts });
    listen(rig);
    rig.connection().transcript('person', 'open the window');
    expect(JSON.stringify(rig.log.lines).includes('open the window')).toBe(transcripts);
  });

  test('an event without a transition is one line at debug, and nothing else', () => {
    const rig = createAssistantRig();
    listen(rig);
    const before = rig.log.lines.length;
    rig.connection().say('replyEnded');
    expect(rig.log.lines.slice(before)).toMatchObject([{ level: 'debug', sentence: 'nothing to do' }]);
    expect(rig.assistant.phase).toBe('listening');
  });
});

test('stop: everything is off, no timer is left, and no callback comes', async () => {
  const rig = createAssistantRig();
  hearReply(rig, second);
  await rig.assistant.stop();
  expect([rig.microphone.inUse, rig.loudspeaker.inUse, rig.connection().open]).toEqual([false, false, false]);
  expect(rig.clock.waiting).toBe(0);
  expect(rig.assistant.phase).toBe('idle');
  expect(rig.light()).toBe('off');
});
