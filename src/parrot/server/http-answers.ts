// What somebody is told who comes without a WebSocket, or to the wrong place.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRealtimePath } from './authorize.ts';

export interface Answer {
  readonly status: string;
  readonly contentType: string;
  readonly body: string;
}

/** In the words of the real service. */
export const notFound = ({ method, url = '' }: IncomingMessage): Answer => {
  const message = `Invalid URL (${method} ${url.slice(0, 200)}). The parrot answers at /v1/realtime.`;
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  return { status: '404 Not Found', contentType: 'application/json', body: JSON.stringify({ error }) };
};

const comeByWebSocket: Answer = {
  status: '426 Upgrade Required',
  contentType: 'text/plain; charset=utf-8',
  body:
    'This is a parrot: a Realtime service that says back what it hears.\n' +
    'Connect with a WebSocket, to /v1/realtime?model=gpt-realtime-2.1\n',
};

const choose = (request: IncomingMessage): Answer =>
  isRealtimePath(request.url ?? '') ? comeByWebSocket : notFound(request);

const headersOf = ({ contentType, body }: Answer): Readonly<Record<string, string>> => ({
  'Content-Type': contentType,
  'Content-Length': String(Buffer.byteLength(body)),
  Connection: 'close',
});

/** For a connection that wanted a WebSocket and is no longer HTTP. */
export const rawAnswer = (answered: Answer): string => {
  const headers = Object.entries(headersOf(answered)).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${answered.status}`, ...headers, '', answered.body].join('\r\n');
};

/** The request listener of the server. */
export const answer = (request: IncomingMessage, response: ServerResponse): void => {
  const answered = choose(request);
  if (answered === comeByWebSocket) response.setHeader('Upgrade', 'websocket');
  response.writeHead(Number(answered.status.slice(0, 3)), headersOf(answered));
  response.end(answered.body);
};
