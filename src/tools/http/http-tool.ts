// An owner's tool that is an HTTP request. The values of its headers are secrets: no redirect is followed
// with them, and they are masked in all output, since a server may send them back. At most 16 KB of an answer are
// read. Arguments come from a model, which may have been manipulated: none of them changes the path.

import { ToolError } from '../../core/errors.ts';
import { createMask } from '../../core/redact-secrets.ts';
import { networkFailure } from '../../system/network-error.ts';
import {
  asSentence,
  because,
  cancellation,
  cutOutput,
  emptyOutput,
  MAX_OUTPUT_BYTES,
  type Tool,
  type ToolArguments,
} from '../tool.ts';

export interface HttpToolOptions extends Omit<Tool, 'run'> {
  /** `{word}` in its path or query stands for the argument of that name. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** The part of a header that must stay secret. */
  readonly secret?: string;
}

/** A shorter value is a word that any text may contain. */
const MIN_SECRET_CHARACTERS = 8;
const publicHeaders = new Set(['accept', 'content-type']);
const redirects = new Set([301, 302, 303, 307, 308]);

export const createHttpTool = ({ url, method, headers, secret = '', ...tool }: HttpToolOptions): Tool => {
  const { text: mask } = createMask([secret, ...secretsIn(headers)]);
  const { host } = new URL(url);
  return {
    ...tool,
    run: async (args, signal) => {
      if (signal.aborted) throw cancellation(signal);
      const request = fillRequest({ url, method }, args);
      try {
        const response = await send(request, { method, headers, signal });
        return { output: mask(await answerOf(response, host, mask)) || emptyOutput };
      } catch (error) {
        if (signal.aborted) throw cancellation(signal);
        if (error instanceof ToolError) throw error;
        const { code, sentence } = networkFailure(error, host, 'url under [[tool]]');
        throw new ToolError(code, sentence);
      }
    },
  };
};

/** The values, and each word in them: also without "Bearer" a token is a secret. */
const secretsIn = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers)
    .filter(([name]) => !publicHeaders.has(name.toLowerCase()))
    .flatMap(([, value]) => [value.trim(), ...value.split(/\s+/)])
    .filter((value) => value.length >= MIN_SECRET_CHARACTERS);

const send = (
  { url, body }: FilledRequest,
  { headers: configured, ...options }: Pick<HttpToolOptions, 'method' | 'headers'> & { signal: AbortSignal },
): Promise<Response> => {
  const headers = new Headers(configured);
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  // With 'error', a redirect would look like a broken connection.
  return fetch(url, { ...options, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
};

const answerOf = async (
  response: Response,
  host: string,
  mask: (text: string) => string,
): Promise<string> => {
  if (redirects.has(response.status)) {
    await response.body?.cancel();
    throw new ToolError(
      'http-redirect',
      `${host} redirects to another address, and this tool follows no redirect: give it the final url.`,
    );
  }
  const body = await readBody(response);
  if (!response.ok)
    throw new ToolError(
      'http-status',
      asSentence(mask(`${host} answered with HTTP ${response.status}`) + because(mask(body.toString()))),
    );
  return cutOutput(body);
};

/** One byte more than is passed on, where there is more; then it drops the connection. */
const readBody = async ({ body }: Response): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    lengthBytes += chunk.length;
    // Leaving the loop cancels the stream and the connection.
    if (lengthBytes > MAX_OUTPUT_BYTES) break;
  }
  return Buffer.concat(chunks);
};

interface FilledRequest {
  readonly url: string;
  /** GET and DELETE have none. */
  readonly body: string | undefined;
}

const placeholder = /\{([\w-]+)\}/g;

/** @throws ToolError: argument-missing (the address needs it), argument-changes-path */
export const fillRequest = (
  { method, url }: Pick<HttpToolOptions, 'method' | 'url'>,
  args: ToolArguments,
): FilledRequest => {
  const used = new Set([...url.matchAll(placeholder)].map(([, name = '']) => name));
  const filled = fillAddress(url, args);
  const rest = Object.entries(args).filter(([name]) => !used.has(name));
  if (method === 'GET' || method === 'DELETE') return { url: withQuery(filled, rest), body: undefined };
  return { url: filled, body: JSON.stringify(Object.fromEntries(rest)) };
};

const fillAddress = (url: string, args: ToolArguments): string => {
  const pathEnd = /[?#]|$/.exec(url)?.index ?? url.length;
  const path = url
    .slice(0, pathEnd)
    .split('/')
    .map((segment) => fillSegment(segment, args));
  return path.join('/') + fill(url.slice(pathEnd), args);
};

/** "", "." and ".." would address something else: all rooms, not one. */
const fillSegment = (segment: string, args: ToolArguments): string => {
  const filled = fill(segment, args);
  if (filled !== segment && /^\.{0,2}$/.test(filled))
    throw new ToolError('argument-changes-path', `The value of ${segment} cannot be part of an address.`);
  return filled;
};

const fill = (text: string, args: ToolArguments): string =>
  text.replaceAll(placeholder, (_, name: string) => {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined || value === null)
      throw new ToolError(
        'argument-missing',
        `The argument ${name} is missing: the address of the request needs it.`,
      );
    return encoded(value);
  });

const withQuery = (url: string, rest: readonly (readonly [string, unknown])[]): string => {
  const pairs = rest.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((item) => item !== undefined && item !== null)
      .map((item) => `${encoded(name)}=${encoded(item)}`),
  );
  if (pairs.length === 0) return url;
  const [address = ''] = url.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${pairs.join('&')}`;
};

/** Through bytes, since half of a surrogate pair cannot be encoded. */
const encoded = (value: unknown): string =>
  encodeURIComponent(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString());
