// A connection that records what it tells, and a service at its other end; both end with the test.

import { afterEach } from 'vitest';
import type { Failure } from '../../src/core/errors.ts';
import type { Connection } from '../../src/core/ports.ts';
import { type ConnectionOptions, connectRealtime } from '../../src/realtime/connection.ts';
import { createOpenAiProtocol } from '../../src/realtime/openai/protocol.ts';
import { plainSession } from '../realtime/openai/recorder.ts';
import { type Script, type ScriptedService, startScriptedService } from './scripted-service.ts';
import { until } from './until.ts';

export const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const headers = { Authorization: 'Bearer sk-very-secret' };

/** The protocol of a plain session. */
export const openAi = (url: string, more: Readonly<Record<string, string>> = headers) =>
  createOpenAiProtocol({
    url,
    headers: more,
    dialect: 'auto',
    replyStallLimitMs: 10_000,
    maxCalls: 200,
    unconfirmedAfterMs: 9000,
    session: plainSession,
  });

export const connect = (url: string, more: Partial<ConnectionOptions> = {}) => {
  const words: string[] = [];
  const heard: Buffer[] = [];
  const failures: Failure[] = [];
  const reactions = new Map<string, () => void>();
  const connection: Connection = connectRealtime(
    {
      protocol: openAi(url),
      preRollMs: 30_000,
      handshakeTimeoutMs: 20_000,
      ...more,
    },
    {
      event: (event) => {
        words.push(event);
        reactions.get(event)?.();
      },
      callsMade: () => undefined,
      audio: (pcm) => heard.push(pcm),
      usage: () => undefined,
      transcript: (who, text) => words.push(`${who}: ${text}`),
      notice: ({ code }) => words.push(`notice: ${code}`),
      failed: (failure) => failures.push(failure),
    },
  );
  cleanUps.push(() => connection.close());
  const failure = async (): Promise<Failure> => {
    await until(() => failures.length > 0, 'a failure');
    return failures[0] as Failure;
  };
  const on = (event: string, react: () => void): void => {
    reactions.set(event, react);
  };
  return {
    connection,
    on,
    words,
    heard,
    failure,
    ready: () => until(() => words.includes('sessionReady'), 'readiness'),
  };
};

export const serve = async (script: Script = {}): Promise<ScriptedService> => {
  const service = await startScriptedService(script);
  cleanUps.push(() => service.close());
  return service;
};

export const appended = (service: ScriptedService): Buffer =>
  Buffer.concat(
    service.received
      .filter(({ type }) => type === 'input_audio_buffer.append')
      .map(({ audio }) => Buffer.from(String(audio), 'base64')),
  );

export const frame = (value: number): Buffer => Buffer.alloc(960, value);
