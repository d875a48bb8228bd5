import { describe, expect, it } from 'vitest';
import { ConfigError, defaults } from '../../src/config/config.ts';
import { requestHeaders, secretsOf } from '../../src/config/headers.ts';

describe('requestHeaders', () => {
  it('puts the key where the templates want it, letter for letter', () => {
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

  it('names the three places of a key where there is none', () => {
    expect(() => requestHeaders({ 'api-key': '{key}' }, undefined)).toThrow(
      new ConfigError(
        'The header api-key needs a key and there is none: store it as the credential openai-api-key, in the ' +
          'file that key_file in [realtime] names, or in the variable OPENAI_API_KEY (a service that wants no ' +
          'key: leave [realtime.headers] empty).',
      ),
    );
  });
});

describe('secretsOf', () => {
  it('lists what headers could give away, with and without the scheme', () => {
    const headers = { Authorization: 'Bearer abcdefgh', 'X-Token': 'ijklmnop', short: '1234567' };
    expect(secretsOf(headers)).toStrictEqual(['Bearer abcdefgh', 'abcdefgh', 'ijklmnop', 'ijklmnop']);
  });
});
