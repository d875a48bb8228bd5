// A tool that is an HTTP request of the owner's, to a service at home or elsewhere. The values of its headers are
// secrets: no redirect takes them along, and nothing that the tool says has them in it, whatever the server
// sends back. An answer is read up to the limit and not a byte further.

import { ToolError } from '../../core/errors.ts';
import { createMask } from '../../core/redact-secrets.ts';
import { cancellation, DONE, OUTPUT_LIMIT_BYTES, oneLine, sentence } from '../command/tool-words.ts';
import type { JsonSchema, Tool } from '../tool.ts';
import { networkSentence } from './tool-network-error.ts';
import { type FilledRequest, fillRequest, type HttpMethod } from './tool-request.ts';

export interface HttpToolOptions {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  readonly timeoutMs: number;
  /** `{word}` in its path or query stands for the argument of that name. */
  readonly url: string;
  readonly method: HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  /** What a header is made of and nobody may see, however it is wrapped there. */
  readonly secret?: string;
}

/** A shorter value is a word that any text may have in it. */
const SHORTEST_SECRET = 8;
/** They say what is sent and wanted. */
const openHeaders = new Set(['accept', 'content-type']);

export const createHttpTool = ({ url, method, headers, secret = '', ...tool }: HttpToolOptions): Tool => {
  const { text: mask } = createMask([secret, ...secretsIn(headers)]);
  const { host } = new URL(url);
  return {
    ...tool,
    run: async (args, signal) => {
      if (signal.aborted) throw cancellation(signal);
      const request = fillRequest({ url, method, headers }, args);
      try {
        const response = await send(request, method, headers, signal);
        return { output: mask(await answerOf(response, host, mask)) || DONE };
      } catch (error) {
        if (signal.aborted) throw cancellation(signal);
        if (error instanceof ToolError) throw error;
        throw new ToolError(networkSentence(error, host));
      }
    },
  };
};

/** The values, and what follows "Bearer" in them. */
const secretsIn = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers)
    .filter(([name]) => !openHeaders.has(name.toLowerCase()))
    .flatMap(([, value]) => [value.trim(), ...value.split(/\s+/)])
    .filter((value) => value.length >= SHORTEST_SECRET);

const send = (
  { url, body }: FilledRequest,
  method: HttpMethod,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> => {
  const headers = new Headers(given);
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  // Not 'error', which would not tell a redirect from a broken connection; it is not followed either.
  return fetch(url, { method, headers, signal, redirect: 'manual', ...(body === undefined ? {} : { body }) });
};

const answerOf = async (
  response: Response,
  host: string,
  mask: (text: string) => string,
): Promise<string> => {
  if (isRedirect(response)) {
    await response.body?.cancel();
    throw new ToolError(
      `${host} sends us to another address, where this tool does not go; give it the final one as its url.`,
    );
  }
  const { text, isWhole } = await readBody(response);
  if (!response.ok)
    throw new ToolError(
      sentence(mask(`${host} answered with HTTP ${response.status}`) + because(mask(text))),
    );
  if (!isWhole)
    throw new ToolError(
      `${host} answered with more than ${OUTPUT_LIMIT_BYTES / 1024} KB; ask it for less, or use a command that picks what matters.`,
    );
  return text;
};

/** Of status 0: what a browser would show of it. */
const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(status);

const because = (body: string): string => {
  const line = oneLine(body);
  return line === '' ? '' : `: ${line}`;
};

/** Up to the limit; then the connection is dropped. */
const readBody = async ({ body }: Response): Promise<{ text: string; isWhole: boolean }> => {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    // Leaving the loop cancels the stream, and with it the connection.
    if (lengthBytes > OUTPUT_LIMIT_BYTES) return { text: textOf(chunks), isWhole: false };
  }
  return { text: textOf(chunks), isWhole: true };
};

const textOf = (chunks: readonly Uint8Array[]): string => new TextDecoder().decode(Buffer.concat(chunks));
