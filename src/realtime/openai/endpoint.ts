import { type Dialect, defaultModel } from './session-update.ts';

export interface EndpointOptions {
  /** As configured. */
  readonly url: string;
  /** As configured, with the key in them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: Dialect | 'auto';
  /** Undefined: the default of the dialect. */
  readonly model?: string | undefined;
}

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where to connect: the model goes into the query, unless the URL names one already (Azure's `deployment`
 * counts) or the configuration says '' for it.
 */
export const endpointOf = ({ url, headers, dialect, model }: EndpointOptions): Endpoint => {
  const complete = new URL(url);
  const { searchParams } = complete;
  const named = model ?? defaultModel(dialect === 'beta' ? 'beta' : 'ga');
  if (named !== '' && !searchParams.has('model') && !searchParams.has('deployment'))
    searchParams.set('model', named);
  const beta = dialect === 'beta' ? { 'OpenAI-Beta': 'realtime=v1' } : {};
  return { url: complete.href, headers: { ...beta, ...headers } };
};
