// A client of others, unchanged: the WebSocket clients of the `openai` package, GA and beta.
// They require TLS; a connection that is made for them needs no certificate for the parrot.

import { connect } from 'node:net';
import OpenAI from 'openai';
import { OpenAIRealtimeWS as BetaClient } from 'openai/beta/realtime/ws';
import { OpenAIRealtimeWS as GaClient } from 'openai/realtime/ws';
import { afterEach, describe, expect, test } from 'vitest';
import { silence } from '../../src/core/pcm.ts';
import type { Parrot } from '../../src/parrot/server/parrot.ts';
import { speak } from '../rigs/speech.ts';
import { Parrots } from './parrots.ts';

const parrots = new Parrots();
afterEach(() => parrots.close());

const said = Buffer.concat([silence(300), speak('Hello parrot.'), silence(900)]);

const account = (parrot: Parrot, apiKey = 'sk-right'): OpenAI =>
  new OpenAI({ apiKey, baseURL: `http://127.0.0.1:${parrot.port}/v1` });

const plain = ({ port }: Parrot) => ({ options: { createConnection: () => connect(port, '127.0.0.1') } });

const gaClient = (parrot: Parrot, apiKey?: string): GaClient =>
  new GaClient({ model: 'gpt-realtime-2.1', ...plain(parrot) }, account(parrot, apiKey));

const betaClient = (parrot: Parrot): BetaClient =>
  new BetaClient({ model: 'gpt-4o-realtime-preview', ...plain(parrot) }, account(parrot));

const slices = (pcm: Buffer): string[] =>
  Array.from({ length: Math.ceil(pcm.length / 960) }, (_, i) =>
    pcm.subarray(i * 960, (i + 1) * 960).toString('base64'),
  );

describe('the GA client', () => {
  test('has a spoken turn', async () => {
    const client = gaClient(await parrots.start({ key: 'sk-right' }));
    const reply: Buffer[] = [];
    const transcripts: string[] = [];
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    client.on('session.created', () =>
      client.send({
        type: 'session.update',
        session: {
          type: 'realtime',
          output_modalities: ['audio'],
          audio: {
            input: {
              transcription: { model: 'gpt-realtime-whisper', language: 'en' },
              turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
            },
            output: { voice: 'marin' },
          },
        },
      }),
    );
    client.on('session.updated', () => {
      for (const audio of slices(said)) client.send({ type: 'input_audio_buffer.append', audio });
    });
    client.on('response.output_audio.delta', ({ delta }) => reply.push(Buffer.from(delta, 'base64')));
    client.on('response.output_audio_transcript.done', ({ transcript }) => transcripts.push(transcript));
    client.on('conversation.item.input_audio_transcription.completed', ({ transcript }) =>
      transcripts.push(transcript),
    );
    const response = await new Promise((resolve) => {
      client.on('response.done', (event) => resolve(event.response));
    });
    client.close();
    expect(response).toMatchObject({ status: 'completed', output: [{ role: 'assistant' }] });
    expect(said.includes(Buffer.concat(reply))).toBe(true);
    expect(transcripts).toHaveLength(2);
    expect(new Set(transcripts).size).toBe(1);
    expect(errors).toEqual([]);
  });

  test('writes and reads', async () => {
    const client = gaClient(await parrots.start());
    client.on('session.created', () => {
      client.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] },
      });
      client.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    });
    const text = await new Promise((resolve) => {
      client.on('response.output_text.done', (event) => resolve(event.text));
    });
    client.close();
    expect(text).toBe('Say hello.');
  });

  test('is called, answers, and hears its answer', async () => {
    const calls = [{ turn: 1, calls: [{ name: 'get_time', arguments: '{"zone":"UTC"}' }] }];
    const client = gaClient(await parrots.start({ calls }));
    client.on('session.created', () => {
      const session = {
        type: 'realtime' as const,
        tools: [{ type: 'function' as const, name: 'get_time', parameters: { type: 'object' } }],
      };
      client.send({ type: 'session.update', session });
      for (const audio of slices(said)) client.send({ type: 'input_audio_buffer.append', audio });
    });
    client.on('response.done', ({ response: { output } }) => {
      for (const item of output ?? []) {
        if (item.type !== 'function_call') continue;
        const answer = `${item.name} ${item.arguments}: noon`;
        const result = { type: 'function_call_output' as const, call_id: item.call_id ?? '', output: answer };
        client.send({ type: 'conversation.item.create', item: result });
        client.send({ type: 'response.create' });
      }
    });
    const transcript = await new Promise((resolve) => {
      client.on('response.output_audio_transcript.done', (event) => resolve(event.transcript));
    });
    client.close();
    expect(transcript).toBe('get_time {"zone":"UTC"}: noon');
  });

  test('gets an error for a wrong key', async () => {
    const client = gaClient(await parrots.start({ key: 'sk-right' }), 'sk-wrong');
    const error = await new Promise<{ message: string }>((resolve) => client.on('error', resolve));
    expect(error.message).toContain('code=invalid_api_key');
    const code = await new Promise((resolve) => client.socket.on('close', resolve));
    expect(code).toBe(3000);
  });
});

describe('the beta client', () => {
  test('has a spoken turn', async () => {
    const client = betaClient(await parrots.start({ dialect: 'beta', key: 'sk-right' }));
    const reply: Buffer[] = [];
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    client.on('session.created', () =>
      client.send({
        type: 'session.update',
        session: {
          modalities: ['text', 'audio'],
          voice: 'sage',
          input_audio_format: 'pcm16',
          output_audio_format: 'pcm16',
          input_audio_transcription: { model: 'whisper-1' },
          turn_detection: { type: 'server_vad', silence_duration_ms: 500 },
          temperature: 0.8,
          max_response_output_tokens: 'inf',
        },
      }),
    );
    client.on('session.updated', () => {
      for (const audio of slices(said)) client.send({ type: 'input_audio_buffer.append', audio });
    });
    client.on('response.audio.delta', ({ delta }) => reply.push(Buffer.from(delta, 'base64')));
    const response = await new Promise((resolve) => {
      client.on('response.done', (event) => resolve(event.response));
    });
    client.close();
    expect(response).toMatchObject({ status: 'completed', output: [{ role: 'assistant' }] });
    expect(said.includes(Buffer.concat(reply))).toBe(true);
    expect(reply.length).toBeGreaterThan(5);
    expect(errors).toEqual([]);
  });

  test('gets an error from a GA parrot', async () => {
    const client = betaClient(await parrots.start());
    const error = await new Promise<{ message: string }>((resolve) => client.on('error', resolve));
    expect(error.message).toContain('code=beta_api_shape_disabled');
    const code = await new Promise((resolve) => client.socket.on('close', resolve));
    expect(code).toBe(4000);
  });
});
