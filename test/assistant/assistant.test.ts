import { describe, expect, test } from 'vitest';
import { FRAME_BYTES, silence } from '../../src/core/pcm.ts';
import { createHousehold, hearReply, listen } from '../rigs/household.ts';

const frame = (value: number): Buffer => Buffer.alloc(FRAME_BYTES, value);
const second = silence(1000).fill(7);

describe('one turn', () => {
  test('recording begins at the press, and goes to the connection from the first frame', () => {
    const house = createHousehold();
    house.assistant.press('the button');
    expect(house.assistant.phase).toBe('connecting');
    house.microphone.say(frame(1));
    house.connection().say('sessionReady');
    house.microphone.say(frame(2));
    expect(house.connection().sent).toEqual([frame(1), frame(2)]);
    expect(house.microphone.starts).toBe(1);
  });

  test('the microphone closes when the utterance is taken, and what is in flight is cleared', () => {
    const house = createHousehold();
    listen(house);
    house.connection().say('turnCommitted');
    house.microphone.say(frame(1));
    expect(house.assistant.phase).toBe('thinking');
    expect(house.microphone.inUse).toBe(false);
    expect(house.connection().sent).toEqual(['clear']);
  });

  test('it opens again when the reply was heard and its echo has died away, after a clear', () => {
    const house = createHousehold();
    hearReply(house, second);
    house.connection().say('replyEnded');
    expect(house.assistant.phase).toBe('draining');
    house.clock.advance(1000);
    expect(house.loudspeaker.heard()).toEqual(second);
    house.clock.advance(299);
    expect(house.microphone.inUse).toBe(false);
    house.clock.advance(1);
    expect(house.assistant.phase).toBe('listening');
    house.microphone.say(frame(3));
    expect(house.connection().sent).toEqual(['clear', 'clear', frame(3)]);
  });

  test('a reply without sound leads straight back', () => {
    const house = createHousehold();
    listen(house);
    for (const event of ['turnCommitted', 'replyCreated', 'replyEnded'] as const)
      house.connection().say(event);
    expect(house.assistant.phase).toBe('listening');
    expect(house.microphone.inUse).toBe(true);
  });

  test('a second reply while the first drains keeps the microphone off until both were heard', () => {
    const house = createHousehold();
    hearReply(house, second);
    house.connection().say('replyEnded');
    house.clock.advance(500);
    for (const event of ['replyCreated', 'replyStarted'] as const) house.connection().say(event);
    house.connection().sound(second);
    house.clock.advance(5000);
    expect(house.microphone.inUse).toBe(false);
    house.connection().say('replyEnded');
    house.clock.advance(300);
    expect(house.microphone.inUse).toBe(true);
    expect(house.loudspeaker.heard()).toEqual(Buffer.concat([second, second]));
  });

  test('a second reply within the echo tail of the first keeps the microphone off', () => {
    const house = createHousehold();
    hearReply(house, second);
    house.connection().say('replyEnded');
    house.clock.advance(1100);
    house.connection().say('replyCreated');
    house.clock.advance(10_000);
    expect(house.assistant.phase).toBe('speaking');
    expect(house.microphone.inUse).toBe(false);
  });
});

describe('the light', () => {
  test('is solid before the first sample leaves and until after the last', () => {
    const house = createHousehold();
    const seen: string[] = [];
    house.assistant.press('the button');
    const connection = house.connection();
    const { send } = connection;
    connection.send = (pcm) => {
      seen.push(house.light());
      send.call(connection, pcm);
    };
    const stop = house.microphone.stop;
    house.microphone.stop = () => {
      seen.push(`off under ${house.light()}`);
      return stop();
    };
    connection.say('sessionReady');
    house.microphone.say(frame(1));
    connection.say('turnCommitted');
    expect(seen).toEqual(['solid', 'off under solid']);
    expect(house.light()).toBe('slowBlink');
  });

  test('changes after what is off, and before what is on', () => {
    const house = createHousehold();
    const order: string[] = [];
    const { start, stop } = house.microphone;
    house.microphone.start = (listener) => {
      order.push(`microphone on under ${house.light()}`);
      start(listener);
    };
    house.microphone.stop = () => {
      order.push(`microphone off under ${house.light()}`);
      return stop();
    };
    house.assistant.press('the button');
    house.assistant.press('the button');
    expect(order).toEqual(['microphone on under fastBlink', 'microphone off under fastBlink']);
    expect(house.light()).toBe('off');
  });

  test('is not shown again where it stays the same', () => {
    const house = createHousehold();
    hearReply(house, second);
    house.connection().say('replyEnded');
    expect(house.shown).toEqual(['fastBlink', 'solid', 'slowBlink', 'heartbeat']);
  });
});

describe('the log', () => {
  test('counts turns from one in each conversation', () => {
    const house = createHousehold();
    for (const _conversation of [1, 2]) {
      hearReply(house, second);
      house.assistant.press('the button');
    }
    const turns = house.log.lines.filter(({ sentence }) => sentence === 'Turn');
    expect(turns.map(({ facts }) => (facts as { turn: number }).turn)).toEqual([1, 1]);
  });

  test('has a line for each phase with the reason, and one for the turn with its delays', () => {
    const house = createHousehold();
    house.assistant.press('the button');
    house.clock.advance(700);
    house.connection().say('sessionReady', 'session s1, dialect ga');
    house.connection().say('turnCommitted');
    house.clock.advance(240);
    house.connection().say('replyStarted');
    house.connection().sound(second);
    house.connection().say('replyEnded');
    house.clock.advance(1300);
    const info = house.log.lines.filter(({ level }) => level === 'info');
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
    const house = createHousehold({ transcripts });
    listen(house);
    house.connection().transcript('person', 'open the window');
    expect(JSON.stringify(house.log.lines).includes('open the window')).toBe(transcripts);
  });

  test('an event without an transition is one line at debug, and nothing else', () => {
    const house = createHousehold();
    listen(house);
    const before = house.log.lines.length;
    house.connection().say('replyEnded');
    expect(house.log.lines.slice(before)).toMatchObject([{ level: 'debug', sentence: 'nothing to do' }]);
    expect(house.assistant.phase).toBe('listening');
  });
});

test('stop: everything is off, no timer is left, and no callback comes', async () => {
  const house = createHousehold();
  hearReply(house, second);
  await house.assistant.stop();
  expect([house.microphone.inUse, house.loudspeaker.inUse, house.connection().open]).toEqual([
    false,
    false,
    false,
  ]);
  expect(house.clock.waiting).toBe(0);
  expect(house.assistant.phase).toBe('idle');
  expect(house.light()).toBe('off');
});
