// The request of an HTTP tool: which arguments go into the path, the query and the body. Arguments come from a
// model, which may have been misled: none of them changes the path.

import { ToolError } from '../../core/errors.ts';
import type { ToolArguments } from '../tool.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface RequestPlan {
  readonly method: HttpMethod;
  /** `{word}` in its path and query stands for the argument of that name. */
  readonly url: string;
}

export interface FilledRequest {
  readonly url: string;
  /** GET and DELETE have none. */
  readonly body: string | undefined;
}

const placeholder = /\{([\w-]+)\}/g;

/** @throws ToolError: argument-missing (the address needs it), argument-changes-path */
export const fillRequest = ({ method, url }: RequestPlan, args: ToolArguments): FilledRequest => {
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
