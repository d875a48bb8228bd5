import { describe, expect, test } from 'vitest';
import { networkFailure } from '../../src/system/network-error.ts';

const withCode = (code: string): Error => Object.assign(new Error('s3cr3t'), { code });
const failureOf = (error: unknown) => networkFailure(error, 'lamp:80', 'url under [[tool]]');

test.each([
  ['ECONNREFUSED', 'connection-refused'],
  ['ENOTFOUND', 'name-not-found'],
  ['EAI_AGAIN', 'name-not-found'],
  ['CERT_HAS_EXPIRED', 'certificate-expired'],
  ['CERT_NOT_YET_VALID', 'certificate-expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name-mismatch'],
  ['CERT_UNTRUSTED', 'certificate-untrusted'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-untrusted'],
  ['EPROTO', 'not-tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['HPE_INVALID_CONSTANT', 'not-http'],
  ['UND_ERR_HEADERS_OVERFLOW', 'not-http'],
  ['ECONNRESET', 'connection-lost'],
  ['EPIPE', 'connection-lost'],
  ['UND_ERR_SOCKET', 'connection-lost'],
  ['ENETUNREACH', 'network-unreachable'],
  ['EHOSTUNREACH', 'host-unreachable'],
  ['ETIMEDOUT', 'timed-out'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timed-out'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timed-out'],
])('%s is %s, also as the cause of another error', (nodeCode, code) => {
  const direct = failureOf(withCode(nodeCode));
  expect(direct.code).toBe(code);
  expect(direct.sentence).toContain('lamp:80');
  expect(direct.sentence).not.toContain('s3cr3t');
  expect(failureOf(new TypeError('fetch failed', { cause: withCode(nodeCode) }))).toEqual(direct);
});

describe('the forms of errors', () => {
  test('an answer that is not HTTP, in undici 7: no code', () => {
    const parser = Object.assign(new Error('s3cr3t'), { name: 'HTTPParserError', code: undefined });
    expect(failureOf(new TypeError('fetch failed', { cause: parser })).code).toBe('not-http');
  });

  test('one error for each address: the one that tells most', () => {
    const errors = [withCode('ENETUNREACH'), withCode('ECONNREFUSED')];
    const all = Object.assign(new AggregateError(errors), { code: 'ENETUNREACH' });
    expect(failureOf(all).code).toBe('connection-refused');
    expect(failureOf(new TypeError('fetch failed', { cause: all })).code).toBe('connection-refused');
  });

  test('a circle of causes', () => {
    const error = new Error('s3cr3t');
    error.cause = error;
    expect(failureOf(error).code).toBe('request-invalid');
  });

  test.each([['ESTRANGE'], [undefined]])('an unknown code, %s: it is named, and the setting', (nodeCode) => {
    const cause = nodeCode === undefined ? new Error('s3cr3t') : withCode(nodeCode);
    const { code, sentence } = failureOf(new TypeError('s3cr3t', { cause }));
    expect(code).toBe(nodeCode === undefined ? 'request-invalid' : 'network-error');
    expect(sentence).toContain(nodeCode ?? 'could not be sent');
    expect(sentence).toContain('url under [[tool]]');
    expect(sentence).not.toContain('s3cr3t');
  });

  test.each(['a string', undefined, null])('%s in place of an error', (thrown) => {
    expect(failureOf(thrown).code).toBe('request-invalid');
  });
});
