import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config/config.ts';
import { requestHeaders, secretsFor } from '../../src/config/secrets.ts';
import { errorOf } from './problems.ts';

describe('requestHeaders', () => {
  it('puts the key in place of {key}, unchanged', () => {
    expect(requestHeaders(defaults.realtime.headers, 'abc')).toStrictEqual({ Authorization: 'Bearer abc' });
    expect(requestHeaders({ a: '{key}-{key}', b: '{Key}', c: '' }, "$&$'{key}")).toStrictEqual({
      a: "$&$'{key}-$&$'{key}",
      b: '{Key}',
      c: '',
    });
  });

  it('needs no key where no template does', () => {
    expect(requestHeaders({}, undefined)).toStrictEqual({});
    expect(requestHeaders({ a: 'b' }, undefined)).toStrictEqual({ a: 'b' });
  });

  it('refuses where a template needs a key and none is given', () => {
    expect(errorOf(() => requestHeaders({ 'api-key': '{key}' }, undefined))).toMatchObject({
      code: 'key-missing',
      message: expect.stringContaining('The header api-key '),
    });
  });
});

describe('secretsFor', () => {
  it('lists what headers could give away, with and without the scheme', () => {
    const headers = { Authorization: 'Bearer abcdefgh', 'X-Token': 'ijklmnop', short: '1234567' };
    const config = { realtime: { ...defaults.realtime, headers } };
    expect(secretsFor(config, undefined)).toStrictEqual([
      'Bearer abcdefgh',
      'abcdefgh',
      'ijklmnop',
      'ijklmnop',
    ]);
  });
});
