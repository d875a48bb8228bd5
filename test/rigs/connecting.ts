// A connection that writes down what it tells, and a service at its other end; both end with the test.

import { afterEach } from 'vitest';
import type { Connection } from '../../src/core/ports.ts';
import { connectRealtime, type RealtimeOptions } from '../../src/realtime/connection.ts';
import { plainSession } from '../realtime/openai/recorder.ts';
import { type Script, type ScriptedService, startScriptedService } from './scripted-service.ts';
import { until } from './until.ts';

export const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export const connect = (url: string, more: Partial<RealtimeOptions> = {}) => {
  const words: string[] = [];
  const heard: Buffer[] = [];
  const reactions = new Map<string, () => void>();
  const connection: Connection = connectRealtime(
    {
      url,
      headers: { Authorization: 'Bearer sk-very-secret' },
      dialect: 'auto',
      session: plainSession,
      preRollMs: 30_000,
      handshakeTimeoutMs: 20_000,
      ...more,
    },
    {
      event: (event) => {
        words.push(event);
        reactions.get(event)?.();
      },
      called: () => undefined,
      audio: (pcm) => heard.push(pcm),
      transcript: (who, text) => words.push(`${who}: ${text}`),
      notice: (sentence) => words.push(`notice: ${sentence}`),
      failed: (sentence) => words.push(`failed: ${sentence}`),
    },
  );
  cleanUps.push(() => connection.close());
  const failure = async (): Promise<string> => {
    await until(() => words.some((word) => word.startsWith('failed')), 'a failure');
    return words.at(-1) ?? '';
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
