// Nothing that a client sends ends the session: it is answered, or refused with an error of the protocol.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { errorsOf, SessionRig } from '../session-rig.ts';

const calls = [{ turn: 1, calls: [{ name: 'get_time', arguments: '{}' }] }];

const valid: readonly object[] = [
  { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } },
  { type: 'input_audio_buffer.append', audio: silence(120).toString('base64') },
  { type: 'input_audio_buffer.commit' },
  { type: 'input_audio_buffer.clear' },
  {
    type: 'conversation.item.create',
    item: { type: 'message', id: 'a', role: 'user', content: [{ type: 'input_text', text: 'Hi.' }] },
  },
  { type: 'conversation.item.retrieve', item_id: 'a' },
  { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 10 },
  { type: 'conversation.item.delete', item_id: 'a' },
  { type: 'response.create', response: { conversation: 'none', metadata: { a: 'b' } } },
  {
    type: 'conversation.item.create',
    item: { type: 'function_call', call_id: 'call', name: 'get_time', arguments: '{}' },
  },
  {
    type: 'conversation.item.create',
    item: { type: 'function_call_output', call_id: 'call', output: 'Noon.' },
  },
  {
    type: 'conversation.item.create',
    item: { type: 'mcp_approval_response', approval_request_id: 'a', approve: true },
  },
  {
    type: 'session.update',
    session: { type: 'realtime', tools: [{ type: 'mcp', server_label: 'home', allowed_tools: ['lights'] }] },
  },
  { type: 'response.create' },
  { type: 'response.cancel' },
];

/** A valid event with one of its values, at any depth, replaced by anything. */
const replaced = (value: unknown, choices: readonly number[], by: unknown): unknown => {
  const [choice, ...rest] = choices;
  if (choice === undefined || value === null || typeof value !== 'object') return by;
  const keys = Object.keys(value);
  const key = keys[choice % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const inner = replaced(Reflect.get(value, key), rest, by);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
};

const damaged = fc
  .tuple(fc.constantFrom(...valid), fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), fc.jsonValue())
  .map(([event, path, by]) => JSON.stringify(replaced(event, path, by)));
const frame = fc.oneof(
  fc.constantFrom(...valid).map((event) => JSON.stringify(event)),
  damaged,
  fc.string(),
  fc.json(),
);

test.each(['ga', 'beta'] as const)('%s', (dialect) => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
      const rig = new SessionRig(dialect, { calls });
      for (const text of frames) rig.sendText(text).run(2);
      const events = rig.run().take();
      for (const error of errorsOf(events)) {
        expect(error).toMatchObject({
          type: 'invalid_request_error',
          code: expect.any(String),
          message: expect.any(String),
        });
      }
      rig.send({ type: 'input_audio_buffer.clear' });
      expect(rig.take()).toMatchObject([{ type: 'input_audio_buffer.cleared' }]);
    }),
    { numRuns: 300 },
  );
});

test('a type that cannot be written as a text is refused like any other', () => {
  const rig = new SessionRig();
  rig.take();
  rig.sendText('{"type":{"toString":1}}');
  expect(errorsOf(rig.take())).toMatchObject([{ code: 'invalid_type', param: 'type' }]);
});
