// Function calls against a service that does everything in any order: each call is answered exactly once, and no
// follow-up is requested while a call is open.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { created, done, ready } from './recorder.ts';

type Recorder = ReturnType<typeof ready>;

/** What the service knows, from what it has sent and received. */
class Service {
  readonly #recorder: Recorder;
  #responses = 0;
  #calls = 0;
  #read = 0;
  active: string | undefined;
  /** Calls of responses that were completed, not yet answered; and how many were. */
  readonly open = new Set<string>();
  answered = 0;
  #pending: string[] = [];
  #wanted = 0;
  creates = 0;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  begin(): void {
    if (this.active !== undefined) return;
    this.#responses += 1;
    this.active = `resp_${this.#responses}`;
    this.#pending = [];
    this.#recorder.receive(created(this.active));
  }

  call(): void {
    if (this.active === undefined) return;
    this.#calls += 1;
    const id = `call_${this.#calls}`;
    this.#pending.push(id);
    this.#recorder.receive({
      type: 'response.output_item.done',
      response_id: this.active,
      item: { type: 'function_call', name: 'x', call_id: id, arguments: '{}' },
    });
  }

  finish(status: string): void {
    if (this.active === undefined) return;
    const id = this.active;
    this.active = undefined;
    if (status === 'completed') for (const call of this.#pending) this.open.add(call);
    this.#recorder.receive(done(id, { status }));
  }

  /** Reads what it was sent. A create while a response is active is refused, as by the real one. */
  read(): void {
    for (; this.#read < this.#recorder.sent.length; this.#read += 1) {
      const event = this.#recorder.sent[this.#read] ?? {};
      if (event['type'] === 'conversation.item.create') this.#take(event['item'] as { call_id: string });
      if (event['type'] === 'response.create') {
        this.creates += 1;
        // No call may be open when the reply about it is requested.
        expect([...this.open]).toEqual([]);
        this.#wanted += 1;
      }
      if (event['type'] === 'response.cancel' && event['response_id'] === this.active)
        this.finish('cancelled');
    }
  }

  #take({ call_id: id }: { call_id: string }): void {
    // Unknown, or answered before: the set does not have it.
    expect(this.open.delete(id)).toBe(true);
    this.answered += 1;
  }

  /** Begins a response that was requested. */
  beginRequested(): void {
    if (this.#wanted === 0) return;
    this.#wanted -= 1;
    this.begin();
  }

  get calls(): number {
    return this.#calls;
  }
}

type Move = (service: Service, recorder: Recorder, waiting: string[]) => void;

const moves = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Move>((service) => service.begin()) },
  { weight: 4, arbitrary: fc.constant<Move>((service) => service.call()) },
  { weight: 6, arbitrary: fc.constant<Move>((service) => service.beginRequested()) },
  {
    weight: 6,
    arbitrary: fc.constantFrom('completed', 'completed', 'cancelled', 'failed', 'incomplete').map(
      (status): Move =>
        (service) =>
          service.finish(status),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom('reply' as const, 'nothing' as const).map(
      (next): Move =>
        (_service, { protocol }, waiting) => {
          const callId = waiting.shift();
          if (callId !== undefined) protocol.answer({ callId, output: '', next });
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Move>((_service, { protocol }, waiting) => {
      protocol.interrupt(0);
      for (const callId of waiting.splice(0)) protocol.answer({ callId, output: '', next: 'nothing' });
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Move>((_service, recorder) =>
      recorder.receive({ type: 'input_audio_buffer.committed' }),
    ),
  },
);

test('60,000 events in any order', () => {
  let answered = 0;
  let creates = 0;
  fc.assert(
    fc.property(fc.array(moves, { minLength: 300, maxLength: 300 }), (walk) => {
      const recorder = ready();
      const service = new Service(recorder);
      const waiting: string[] = [];
      let read = 0;
      for (const move of walk) {
        move(service, recorder, waiting);
        for (; read < recorder.words.length; read += 1) {
          const [, ids] = /^callsMade (.+)$/.exec(recorder.words[read] ?? '') ?? [];
          if (ids !== undefined) waiting.push(...ids.split(','));
        }
        service.read();
      }
      for (const callId of waiting.splice(0)) recorder.protocol.answer({ callId, output: '', next: 'reply' });
      service.read();
      expect([...service.open]).toEqual([]);
      answered += service.answered;
      creates += service.creates;
    }),
    { numRuns: 200 },
  );
  expect(answered).toBeGreaterThan(500);
  expect(creates).toBeGreaterThan(200);
});
