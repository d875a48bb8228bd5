// The beginning of an HTTP answer's body: what a service says in place of a WebSocket.

import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 8192;
const TIME_LIMIT_MS = 2000;

/** Never rejects; what has arrived within two seconds, 8 KB at most, '' for a page of HTML. */
export const readBody = (response: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let lengthBytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).subarray(0, MAX_BYTES).toString();
      resolve(text.trimStart().startsWith('<') ? '' : text);
    };
    const timer = setTimeout(end, TIME_LIMIT_MS);
    response.on('data', (chunk: Buffer) => {
      if (lengthBytes >= MAX_BYTES) return;
      chunks.push(chunk);
      lengthBytes += chunk.length;
      if (lengthBytes >= MAX_BYTES) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.on('close', end);
  });
