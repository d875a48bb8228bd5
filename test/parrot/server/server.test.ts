// The server around the sessions: connections held up, slow clients, what is observed, the end.

import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { bytesOfMs, silence } from '../../../src/core/pcm.ts';
import { type Parrot, startParrot } from '../../../src/parrot/server/parrot.ts';
import type { TraceLine } from '../../../src/parrot/session/wire-trace.ts';
import { Client } from '../client.ts';
import { MODEL, Parrots, visit } from '../parrots.ts';

const parrots = new Parrots();
afterEach(() => parrots.close());

/** So many answers to plain requests: enough time for the server to finish its work. */
const exchange = async (parrot: Parrot, times: number): Promise<void> => {
  for (let n = 0; n < times; n += 1) await (await fetch(parrot.url.replace('ws:', 'http:'))).text();
};

/** The same from within a session. */
const chat = async (client: Client, times: number): Promise<void> => {
  await client.opened;
  for (let n = 0; n < times; n += 1) {
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  }
};

const manual = { type: 'realtime', audio: { input: { turn_detection: null } } };

/** A client with a long utterance committed, that no longer reads. */
const stubborn = async (parrot: Parrot, pcm: Buffer): Promise<Client> => {
  const client = visit(parrot);
  await client.opened;
  client.send({ type: 'session.update', session: manual });
  client.append(pcm, 480_000);
  client.send({ type: 'input_audio_buffer.commit' });
  await client.next('conversation.item.done');
  client.socket.pause();
  return client;
};

describe('a connection that is held up', () => {
  test('opens when the promise is kept', async () => {
    let letIn = (): void => undefined;
    const holdUp = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const parrot = await parrots.start({ holdUp });
    const client = visit(parrot);
    await exchange(parrot, 20);
    expect(client.socket.readyState).toBe(client.socket.CONNECTING);
    letIn();
    await client.next('session.created');
  });

  test('ends with the parrot', async () => {
    const parrot = await parrots.start({ holdUp: new Promise(() => undefined) });
    const client = visit(parrot);
    await exchange(parrot, 20);
    expect(client.socket.readyState).toBe(client.socket.CONNECTING);
    await parrot.close();
    expect((await client.closed).code).toBe(1006);
  });

  test('may give up', async () => {
    const parrot = await parrots.start({ holdUp: new Promise(() => undefined) });
    const client = visit(parrot);
    await exchange(parrot, 5);
    client.socket.terminate();
    await client.closed;
    await parrot.close();
  });
});

describe('a client that does not read', () => {
  const long = silence(300_000);
  const outgoing = (lines: readonly TraceLine[], type: string): number =>
    lines.filter((line) => line.direction === 'out' && line.type === type).length;

  test('is not sent more than a little; the reply goes on when it reads again', async () => {
    const lines: TraceLine[] = [];
    const replies = () => ({ deltaBytes: 48_000 });
    const parrot = await parrots.start({ replies, onEvent: (line) => lines.push(line) });
    const client = await stubborn(parrot, long);
    client.send({ type: 'response.create' });
    const other = visit(parrot);
    await chat(other, 600);
    const deltas = 'response.output_audio.delta';
    expect(outgoing(lines, deltas)).toBeGreaterThan(0);
    expect(outgoing(lines, deltas)).toBeLessThan(300);
    client.socket.resume();
    await client.next('response.done');
    expect(outgoing(lines, deltas)).toBe(300);
  });

  test('can still cancel', async () => {
    const lines: TraceLine[] = [];
    const replies = () => ({ deltaBytes: 48_000 });
    const parrot = await parrots.start({ replies, onEvent: (line) => lines.push(line) });
    const client = await stubborn(parrot, long);
    client.send({ type: 'response.create' });
    const other = visit(parrot);
    await chat(other, 600);
    expect(outgoing(lines, 'response.done')).toBe(0);
    client.send({ type: 'response.cancel' });
    await chat(other, 50);
    expect(lines.find((line) => line.type === 'response.done')?.status).toBe('cancelled');
  });

  test('is not read from either, when it requests more and more', async () => {
    const lines: TraceLine[] = [];
    const parrot = await parrots.start({ onEvent: (line) => lines.push(line) });
    const client = await stubborn(parrot, silence(100_000));
    const item_id = client.events.at(-1)?.['item'] as { id: string };
    const retrieve = { type: 'conversation.item.retrieve', item_id: item_id.id };
    client.send(...Array<object>(40).fill(retrieve));
    await chat(visit(parrot), 300);
    const retrieved = 'conversation.item.retrieved';
    expect(outgoing(lines, retrieved)).toBeGreaterThan(0);
    expect(outgoing(lines, retrieved)).toBeLessThan(10);
    client.socket.resume();
    for (let n = 0; n < 40; n += 1) await client.next(retrieved);
  });
});

test('events are observed: sizes, never audio', async () => {
  const lines: TraceLine[] = [];
  const parrot = await parrots.start({ onEvent: (line) => lines.push(line) });
  const client = visit(parrot);
  await client.opened;
  client.send({ type: 'session.update', session: manual });
  client.append(silence(300), bytesOfMs(150) + 2);
  client.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' }, { type: 'nonsense' });
  await client.next('rate_limits.updated');
  const incoming = lines.filter((line) => line.direction === 'in').map(({ type, bytes }) => [type, bytes]);
  expect(incoming).toEqual([
    ['session.update', undefined],
    ['input_audio_buffer.append', 7202],
    ['input_audio_buffer.append', 7198],
    ['input_audio_buffer.commit', undefined],
    ['response.create', undefined],
    ['nonsense', undefined],
  ]);
  const deltas = lines.filter((line) => line.type === 'response.output_audio.delta');
  expect(deltas.map((line) => line.bytes)).toEqual([4800, 4800, 4800]);
  expect(lines.find((line) => line.type === 'error')?.code).toBe('invalid_value');
  expect(lines.find((line) => line.type === 'response.done')).toMatchObject({ status: 'completed' });
  expect(new Set(lines.map((line) => line.session)).size).toBe(1);
  expect(JSON.stringify(lines)).not.toMatch(/AAAA/);
});

describe('the end', () => {
  test('ends every session with 1001, and may come twice', async () => {
    const parrot = await parrots.start();
    const client = visit(parrot);
    await client.next('session.created');
    await Promise.all([parrot.close(), parrot.close()]);
    expect(await client.closed).toEqual({ code: 1001, reason: 'The parrot is closing.' });
    const late = new Client(`${parrot.url}${MODEL}`);
    expect((await late.closed).code).toBe(1006);
  });

  test('does not wait for a client that does not answer', async () => {
    const parrot = await parrots.start();
    const client = visit(parrot);
    await client.next('session.created');
    client.socket.pause();
    await parrot.close();
    client.socket.resume();
    await client.closed;
  });

  test('a client that disconnects ends its reply', async () => {
    const parrot = await parrots.start();
    const client = await stubborn(parrot, silence(60_000));
    client.send({ type: 'response.create' });
    client.socket.terminate();
    await client.closed;
    await visit(parrot).next('session.created');
  });
});

test('an internal error ends one session with 1011, and nothing else', async () => {
  const replies = (): never => {
    throw new Error('no such script');
  };
  const parrot = await parrots.start({ replies });
  const [client, other] = [visit(parrot), visit(parrot)];
  await Promise.all([client.opened, other.opened]);
  client.send({ type: 'response.create' });
  expect(await client.closed).toEqual({ code: 1011, reason: 'The parrot failed: Error: no such script' });
  await chat(other, 1);
});

test('a port in use: one sentence that names it and what to do', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  await expect(startParrot({ dialect: 'ga', port })).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is in use: end the program that has it, or choose another port.`,
  );
  await new Promise((resolve) => other.close(resolve));
  const parrot = await parrots.start({ port });
  expect(parrot).toMatchObject({ port, url: `ws://127.0.0.1:${port}/v1/realtime` });
});
