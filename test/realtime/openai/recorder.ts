// A protocol that records what it reports and sends.

import type { Notice } from '../../../src/core/errors.ts';
import type { ConnectionListener, FunctionCall, ServiceEvent, Usage } from '../../../src/core/ports.ts';
import { createOpenAiProtocol } from '../../../src/realtime/openai/protocol.ts';
import type { Dialect, SessionOptions } from '../../../src/realtime/openai/session-update.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

export const plainSession: SessionOptions = {
  language: '',
  noiseReduction: 'far_field',
  turnDetection: {
    type: 'server_vad',
    threshold: 0.5,
    prefixPaddingMs: 300,
    silenceDurationMs: 500,
    eagerness: 'auto',
  },
  speed: 1,
  maxOutputTokens: 'inf',
  temperature: 0.8,
  tools: [],
  servers: [],
};

export const gaSession = { id: 'sess_1', type: 'realtime', audio: {}, output_modalities: ['audio'] };
export const betaSession = { id: 'sess_1', modalities: ['text'], input_audio_format: 'pcm16' };

export const record = (dialect: Dialect | 'auto' = 'auto', session: SessionOptions = plainSession) => {
  /** In order: 'turnCommitted', 'audio 960', 'callsMade c1,c2', 'failed: code', 'notice: code', 'person: ...'. */
  const words: string[] = [];
  const sent: Record<string, unknown>[] = [];
  const heard: Buffer[] = [];
  const told: Notice[] = [];
  const used: Usage[] = [];
  const clock = createFakeClock();
  const listener: ConnectionListener = {
    event: (event, reason) => {
      words.push(event === 'replyEnded' ? `${event}: ${reason}` : event);
      recorder.onEvent(event);
    },
    audio: (pcm) => {
      heard.push(pcm);
      words.push(`audio ${pcm.length}`);
    },
    callsMade: (calls) => {
      words.push(`callsMade ${calls.map(({ callId }) => callId).join()}`.trim());
      recorder.onCalls(calls);
    },
    transcript: (who, text) => words.push(`${who}: ${text}`),
    usage: (usage) => used.push(usage),
    notice: (notice) => {
      told.push(notice);
      words.push(`notice: ${notice.code}`);
    },
    failed: (failure) => {
      told.push(failure);
      words.push(`failed: ${failure.code}`);
    },
  };
  const create = createOpenAiProtocol({
    url: 'ws://service.test/v1/realtime',
    headers: {},
    dialect,
    session,
    replyStallLimitMs: 10_000,
    maxCalls: 200,
    unconfirmedAfterMs: 9000,
  });
  /** A session of this service, the first or one after it. */
  const begin = () => {
    const protocol = create({ send: (message) => sent.push(JSON.parse(String(message))), listener, clock });
    const receive = (...events: object[]): void => {
      for (const event of events) protocol.receive(JSON.stringify(event));
    };
    return { protocol, receive };
  };
  const { protocol, receive } = begin();
  const recorder = {
    protocol,
    clock,
    words,
    /** Notices and failures, in order. */
    told,
    /** Of every response that has it. */
    used,
    sent,
    heard: () => Buffer.concat(heard),
    receive,
    again: begin,
    /** What the listener does at an event. */
    onEvent: (_event: ServiceEvent): void => {},
    /** What the listener does with calls. */
    onCalls: (_calls: readonly FunctionCall[]): void => {},
  };
  return recorder;
};

/** A recorder whose session is ready, and that has recorded nothing yet. */
export const ready = (dialect: Dialect = 'ga') => {
  const recorder = record(dialect);
  const session = dialect === 'ga' ? gaSession : betaSession;
  recorder.receive({ type: 'session.created', session }, { type: 'session.updated', session });
  recorder.words.length = 0;
  recorder.sent.length = 0;
  return recorder;
};

export const created = (id: string) => ({ type: 'response.created', response: { id } });
export const done = (id: string, more: object = {}) => ({
  type: 'response.done',
  response: { id, status: 'completed', ...more },
});
export const delta = (id: string, bytes: Buffer, item = 'item_1') => ({
  type: 'response.output_audio.delta',
  response_id: id,
  item_id: item,
  content_index: 0,
  delta: bytes.toString('base64'),
});
