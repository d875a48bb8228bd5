import { type Dialect, defaultModel } from './session-update.ts';

/**
 * The URL to connect to: the model goes into the query, unless the URL names one already (Azure's
 * `deployment` counts) or the configuration says '' for it.
 * @param model undefined: the dialect's own default
 */
export const serviceUrl = (url: string, model: string | undefined, dialect: Dialect | 'auto'): string => {
  const complete = new URL(url);
  const { searchParams } = complete;
  const wanted = model ?? defaultModel(dialect === 'beta' ? 'beta' : 'ga');
  if (wanted !== '' && !searchParams.has('model') && !searchParams.has('deployment'))
    searchParams.set('model', wanted);
  return complete.href;
};
