// A protocol whose words are written down.

import type { ServiceEvent } from '../../../src/core/ports.ts';
import { Protocol, type ProtocolSink } from '../../../src/realtime/openai/protocol.ts';
import type { Dialect, SessionOptions } from '../../../src/realtime/openai/session-update.ts';

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
  /** In order: 'turnCommitted', 'audio 960', 'failed: ...', 'notice: ...', 'person: ...'. */
  const words: string[] = [];
  const sent: Record<string, unknown>[] = [];
  const heard: Buffer[] = [];
  const sink: ProtocolSink = {
    send: (text) => sent.push(JSON.parse(text)),
    event: (event, reason) => {
      words.push(event === 'replyEnded' ? `${event}: ${reason}` : event);
      recorder.onEvent(event);
    },
    audio: (pcm) => {
      heard.push(pcm);
      words.push(`audio ${pcm.length}`);
    },
    called: (calls) => words.push(`called ${calls.map(({ callId }) => callId).join()}`),
    transcript: (who, text) => words.push(`${who}: ${text}`),
    notice: (sentence) => words.push(`notice: ${sentence}`),
    failed: (sentence) => words.push(`failed: ${sentence}`),
  };
  const protocol = new Protocol(dialect, session, sink);
  const receive = (...events: object[]): void => {
    for (const event of events) protocol.receive(JSON.stringify(event));
  };
  const recorder = {
    protocol,
    words,
    sent,
    heard: () => Buffer.concat(heard),
    receive,
    /** What whoever listens does at an event. */
    onEvent: (_event: ServiceEvent): void => {},
  };
  return recorder;
};

/** A recorder whose session is ready and whose words so far are forgotten. */
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
