// A session without a socket: what goes in and what comes out, as plain objects.

import { silence } from '../../src/core/pcm.ts';
import type { ReplyScript } from '../../src/parrot/responses/reply-script.ts';
import type { CallTrigger } from '../../src/parrot/responses/triggers.ts';
import { beta } from '../../src/parrot/session/dialect-beta.ts';
import { ga } from '../../src/parrot/session/dialect-ga.ts';
import { Session, type WireEvent } from '../../src/parrot/session/session.ts';
import type { TraceLine } from '../../src/parrot/session/wire-trace.ts';

export interface RigOptions {
  readonly replies?: (n: number) => ReplyScript | undefined;
  readonly calls?: readonly CallTrigger[];
  readonly model?: string;
}

/** What lies at `path` ("response.status_details.reason") of an event. */
export const inside = (event: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) => (value === null || typeof value !== 'object' ? undefined : Reflect.get(value, key)),
      event,
    );

export class SessionRig {
  readonly dialect: 'ga' | 'beta';
  readonly lines: TraceLine[] = [];
  readonly #session: Session;
  #events: WireEvent[] = [];
  #count = 0;

  constructor(
    dialect: 'ga' | 'beta' = 'ga',
    { replies, calls, model = 'gpt-realtime-2.1' }: RigOptions = {},
  ) {
    this.dialect = dialect;
    this.#session = new Session({
      dialect: { ga, beta }[dialect],
      model,
      expiresAt: 1_800_000_000,
      newId: (prefix) => (prefix === '' ? 'abcdefghijklmnopqrstu' : `${prefix}${++this.#count}`),
      emit: (event) => this.#events.push(event),
      replies,
      calls,
      onEvent: (line) => this.lines.push(line),
    });
    this.#session.open();
  }

  /** Sends events; replies do not continue until `run`. */
  send(...events: readonly object[]): this {
    for (const event of events) this.#session.receive(JSON.stringify(event));
    return this;
  }

  sendText(text: string): this {
    this.#session.receive(text);
    return this;
  }

  sendBinary(): this {
    this.#session.receive(undefined);
    return this;
  }

  append(pcm: Buffer, sliceBytes = 960): this {
    for (let at = 0; at < pcm.length; at += sliceBytes) {
      const audio = pcm.subarray(at, at + sliceBytes).toString('base64');
      this.send({ type: 'input_audio_buffer.append', audio });
    }
    return this;
  }

  /** A session.update of turn detection and transcription, in the rig's dialect. */
  configure({ detection, transcription }: { detection?: object | null; transcription?: object }): this {
    const input = {
      ...(detection === undefined ? {} : { turn_detection: detection }),
      ...(transcription === undefined ? {} : { transcription }),
    };
    const flat = {
      ...(detection === undefined ? {} : { turn_detection: detection }),
      ...(transcription === undefined ? {} : { input_audio_transcription: transcription }),
    };
    const session = this.dialect === 'ga' ? { type: 'realtime', audio: { input } } : flat;
    return this.send({ type: 'session.update', session });
  }

  /** An utterance by hand: the audio, committed. */
  say(pcm: Buffer = silence(500)): this {
    return this.append(pcm).send({ type: 'input_audio_buffer.commit' });
  }

  /** Does `steps` steps of the running work; default: until none is left. */
  run(steps = Number.POSITIVE_INFINITY): this {
    for (let step = 0; step < steps && this.#session.pump(); step += 1);
    return this;
  }

  /** The events since the last time. */
  take(): WireEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Their types, runs of the same type as one. */
  types(): string[] {
    return this.take()
      .map((event) => String(event['type']))
      .filter((type, i, all) => type !== all[i - 1]);
  }
}

export const typed = (events: readonly WireEvent[], type: string): WireEvent[] =>
  events.filter((event) => event['type'] === type);

/** The samples of a reply. */
export const audioOf = (events: readonly WireEvent[]): Buffer =>
  Buffer.concat(
    events
      .filter((event) => /^response\.(output_)?audio\.delta$/.test(String(event['type'])))
      .map((event) => Buffer.from(String(event['delta']), 'base64')),
  );

/** The `error` objects among events. */
export const errorsOf = (events: readonly WireEvent[]): unknown[] =>
  typed(events, 'error').map((event) => event['error']);
