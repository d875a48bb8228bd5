// What every connection promises (src/core/ports.ts), to a real service or to a fake one.

import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import type { Connect, Connection, ServiceEvent } from '../../src/core/ports.ts';
import { until } from '../rigs/until.ts';

export interface ConnectionHarness {
  readonly connect: Connect;
  /** Lets the service confirm the session. */
  confirm(): Promise<void>;
  /** Lets the service say this; resolves when the connection has had the time to pass it on. */
  say(event: ServiceEvent): Promise<void>;
  /** Lets the service send sound of the reply that `say('replyCreated')` began. */
  sound(pcm: Buffer): Promise<void>;
  /** Lets the reply that `say('replyCreated')` began end with this call. */
  call(callId: string): Promise<void>;
  breakOff(): Promise<void>;
  /** What the service got so far, in order: frames, 'clear', 'interrupt', 'answer c1'. */
  received(): Promise<(string | Buffer)[]>;
  end(): Promise<void>;
}

const frame = (value: number): Buffer => Buffer.alloc(960, value);

export const connectionContract = (name: string, createHarness: () => Promise<ConnectionHarness>): void => {
  const open = async () => {
    const harness = await createHarness();
    const words: string[] = [];
    const heard: Buffer[] = [];
    const failures: Failure[] = [];
    const connection: Connection = harness.connect({
      event: (event) => words.push(event),
      audio: (pcm) => heard.push(pcm),
      callsMade: (calls) => words.push(`callsMade ${calls.map(({ callId }) => callId).join()}`),
      transcript: () => words.push('transcript'),
      usage: () => undefined,
      notice: ({ code }) => words.push(`notice: ${code}`),
      failed: (failure) => {
        words.push('failed');
        failures.push(failure);
      },
    });
    return { harness, connection, words, heard, failures };
  };

  describe(`${name} keeps the promises of a connection`, () => {
    test('what is sent before the session is ready arrives then, in order, before what is sent later', async () => {
      const { harness, connection, words } = await open();
      connection.send(frame(1));
      connection.send(frame(2));
      connection.clearInput();
      expect(connection.open).toBe(true);
      expect(await harness.received()).toEqual([]);
      await harness.confirm();
      connection.send(frame(3));
      connection.clearInput();
      expect(words).toEqual(['sessionReady']);
      expect(await harness.received()).toEqual([frame(1), frame(2), frame(3), 'clear']);
      await connection.close();
      await harness.end();
    });

    test('a reply: its events in order, its sound between them', async () => {
      const { harness, connection, words, heard } = await open();
      await harness.confirm();
      for (const event of ['turnCommitted', 'replyCreated', 'replyStarted'] as const)
        await harness.say(event);
      await harness.sound(frame(7));
      await harness.say('replyEnded');
      expect(words).toEqual(['sessionReady', 'turnCommitted', 'replyCreated', 'replyStarted', 'replyEnded']);
      expect(Buffer.concat(heard)).toEqual(frame(7));
      await connection.close();
      await harness.end();
    });

    test('a call is made with its event, and its answer arrives', async () => {
      const { harness, connection, words } = await open();
      await harness.confirm();
      for (const event of ['turnCommitted', 'replyCreated'] as const) await harness.say(event);
      await harness.call('c1');
      expect(words.at(-1)).toBe('callsMade c1');
      connection.answer({ callId: 'c1', output: 'done', next: 'nothing' });
      expect(await harness.received()).toEqual(['answer c1']);
      await connection.close();
      connection.answer({ callId: 'c1', output: 'done', next: 'nothing' });
      expect(await harness.received()).toEqual(['answer c1']);
      await harness.end();
    });

    test('after close no callback comes, nothing is sent, and a second close is harmless', async () => {
      const { harness, connection, words } = await open();
      await harness.confirm();
      expect(connection.open).toBe(true);
      await connection.close();
      await connection.close();
      expect(connection.open).toBe(false);
      connection.send(frame(1));
      connection.clearInput();
      connection.interrupt(10);
      await harness.say('turnCommitted');
      expect(words).toEqual(['sessionReady']);
      expect(await harness.received()).toEqual([]);
      await harness.end();
    });

    test('a failure is told once, with its code and a sentence, and nothing comes after it', async () => {
      const { harness, connection, words, failures } = await open();
      await harness.confirm();
      await harness.breakOff();
      await until(() => words.length > 1, 'the failure');
      expect(connection.open).toBe(false);
      await harness.breakOff();
      await harness.say('turnCommitted');
      expect(words).toEqual(['sessionReady', 'failed']);
      expect(failures).toEqual([
        {
          code: 'connection-lost',
          severity: 'temporary',
          sentence: expect.stringMatching(/^[A-Z].*\.( \(.*\))?$/),
        },
      ]);
      await connection.close();
      await harness.end();
    });

    test('it can always say what it waits for', async () => {
      const { harness, connection } = await open();
      expect(connection.waitingFor()).not.toBe('');
      await harness.confirm();
      expect(connection.waitingFor()).not.toBe('');
      await connection.close();
      await harness.end();
    });
  });
};
