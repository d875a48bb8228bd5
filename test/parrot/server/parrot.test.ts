// Sessions over a real socket.

import { afterEach, describe, expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { speak } from '../../rigs/speech.ts';
import { Parrots, visit } from '../parrots.ts';
import { audioOf, inside } from '../session-rig.ts';

const parrots = new Parrots();
afterEach(() => parrots.close());

const said = Buffer.concat([silence(300), speak('Hello parrot.'), silence(700)]);

describe('a session', () => {
  test.each(['ga', 'beta'] as const)('%s: repeats what it hears', async (dialect) => {
    const client = visit(await parrots.start({ dialect }));
    await client.next('session.created');
    client.append(said);
    await client.next('rate_limits.updated');
    expect(said.includes(audioOf(client.events))).toBe(true);
    expect(audioOf(client.events).length).toBeGreaterThan(said.length / 2);
  });

  test('several at once do not hear each other', async () => {
    const parrot = await parrots.start();
    const [first, second] = [visit(parrot), visit(parrot)];
    await Promise.all([first.next('session.created'), second.next('session.created')]);
    first.append(said);
    await first.next('response.done');
    second.send({ type: 'input_audio_buffer.clear' });
    await second.next('input_audio_buffer.cleared');
    expect(second.events).toHaveLength(2);
  });

  test('gets an error for an invalid event, and continues', async () => {
    const client = visit(await parrots.start());
    await client.opened;
    client.socket.send('{');
    expect(inside(await client.next('error'), 'error.code')).toBe('invalid_json');
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(inside(await client.next('error'), 'error.code')).toBe('invalid_event');
    client.send({ type: 'input_audio_buffer.clear' });
    await client.next('input_audio_buffer.cleared');
  });

  test('expires, with an error and 1001', async () => {
    const client = visit(await parrots.start({ sessionMs: 50 }));
    expect(inside(await client.next('error'), 'error')).toMatchObject({
      code: 'session_expired',
      message: expect.stringMatching(/^Your session hit the maximum duration of \d+ minutes\.$/),
    });
    expect(await client.closed).toMatchObject({ code: 1001 });
  });

  test('with its expiry, in an hour', async () => {
    const client = visit(await parrots.start());
    const expiresAt = Number(inside(await client.next('session.created'), 'session.expires_at'));
    expect(Math.abs(expiresAt - Date.now() / 1000 - 3600)).toBeLessThan(30);
  });

  test('a message of more than 24 MiB closes it with 1009', async () => {
    const client = visit(await parrots.start());
    await client.opened;
    client.socket.send('x'.repeat(24 * 1024 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
  });
});
