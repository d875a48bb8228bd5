// The size of the slices of audio has no effect on utterances and replies.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silence } from '../../../src/core/pcm.ts';
import { speak } from '../../rigs/speech.ts';
import { SessionRig } from '../session-rig.ts';
import { at, toPcm, white } from '../sounds.ts';

const room = toPcm(at(white(400), -60));
const said = Buffer.concat([
  room,
  speak('No.'),
  room,
  silence(300),
  speak('Yes, parrot.'),
  room,
  silence(700),
]);

const conversation = (dialect: 'ga' | 'beta', slices: readonly number[]) => {
  const rig = new SessionRig(dialect);
  rig.configure({ detection: { type: 'server_vad', silence_duration_ms: 400, interrupt_response: false } });
  rig.take();
  for (let at = 0, turn = 0; at < said.length; turn += 1) {
    const size = slices[turn % slices.length] ?? 2;
    rig.append(said.subarray(at, at + size), size);
    at += size;
  }
  return rig.run().take();
};

const evenSize = fc.integer({ min: 1, max: 12_000 }).map((samples) => samples * 2);
const fineSize = fc.integer({ min: 1, max: 40 }).map((samples) => samples * 2);

test.each(['ga', 'beta'] as const)('%s: slices of any sizes', (dialect) => {
  const whole = conversation(dialect, [said.length]);
  expect(whole.filter((event) => event['type'] === 'input_audio_buffer.committed')).toHaveLength(2);
  const slices = fc.oneof(
    fc.array(evenSize, { minLength: 1, maxLength: 20 }),
    fc.array(fineSize, { minLength: 1, maxLength: 20 }),
  );
  fc.assert(
    fc.property(slices, (sizes) => {
      expect(conversation(dialect, sizes)).toEqual(whole);
    }),
    { numRuns: 12 },
  );
});

test('sample by sample', () => {
  expect(conversation('ga', [2])).toEqual(conversation('ga', [said.length]));
});
