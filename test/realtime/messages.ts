// Every sentence about the service and the way to it, by its code, as the real code makes it.

import type { Failure } from '../../src/core/errors.ts';
import { connectionFailure, preRollFull } from '../../src/realtime/connection-failure.ts';
import { closeReasonFailure, serviceFailure } from '../../src/realtime/openai/service-errors.ts';
import { closeFailure, handshakeFailure, socketFailure } from '../../src/realtime/socket-failures.ts';
import { networkFailure } from '../../src/system/network-error.ts';
import {
  betaSession,
  created,
  delta,
  done,
  gaSession,
  plainSession,
  ready,
  record,
} from './openai/recorder.ts';

const host = 'api.example.com';
const nodeError = (code: string): Error => Object.assign(new Error('words of a library'), { code });
const serviceError = (code: string) => ({ code, message: 'Words of the service.', param: '', eventId: '' });

const network: readonly (readonly [string, Failure])[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EPROTO',
  'HPE_INVALID_CONSTANT',
  'ECONNRESET',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'EODD',
].map((code) => [code, networkFailure(nodeError(code), host, 'url under [realtime]')]);

const failures: readonly (readonly [string, Failure])[] = [
  ...network,
  ['no code', networkFailure(new Error(), host, 'url under [realtime]')],
  ...[400, 401, 404, 429, 503, 302, 200].map(
    (status) => [`HTTP ${status}`, handshakeFailure(host, status, '')] as const,
  ),
  ['HTTP 403', handshakeFailure(host, 403, 'Words of the service.')],
  ['no upgrade', socketFailure(host, new Error('Invalid Sec-WebSocket-Accept header'))],
  ['from the service', socketFailure(host, nodeError('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'))],
  ...[1000, 1002, 1005, 1006, 1007, 1008, 1011, 1012].map(
    (code) => [`close ${code}`, closeFailure(host, code, '')] as const,
  ),
  ['close with a reason', closeFailure(host, 4000, 'odd')],
  ['close 3000', closeReasonFailure(3000, '') as Failure],
  ['pings', connectionFailure('service-silent', host)],
  ['queue', connectionFailure('network-too-slow', host)],
  ...[
    'invalid_api_key',
    'account_deactivated',
    'insufficient_quota',
    'billing_hard_limit_reached',
    'beta_api_shape_disabled',
    'missing_model',
    'invalid_model',
    'model_not_found',
    'unsupported_country_region_territory',
    'session_expired',
    'rate_limit_exceeded',
    'response_cancel_not_active',
    'odd_code',
  ].map((code) => [code, serviceFailure(serviceError(code))] as const),
];

const call = (callId: string) => ({
  type: 'response.output_item.done',
  response_id: 'r1',
  item: { type: 'function_call', call_id: callId, name: 'do_it', arguments: '{}' },
});
const server = {
  label: 'home',
  url: 'https://mcp.example.com',
  description: '',
  authorization: '',
  allowedTools: [],
  requireApproval: 'always' as const,
  approve: [],
};
const approval = {
  type: 'response.output_item.done',
  response_id: 'r1',
  item: { type: 'mcp_approval_request', id: 'a1', server_label: 'home', name: 'open_door' },
};
const typeError = { code: 'unknown_parameter', message: 'Unknown parameter.', param: 'session.type' };

/** What the protocol says on its own. */
const told = [
  ...(() => {
    const recorder = ready();
    recorder.receive(created('r1'), call(''), call('c1'), done('r1', { status: 'incomplete' }));
    recorder.receive(created('r2'), { ...call('c2'), response_id: 'r2' });
    recorder.protocol.interrupt(0);
    recorder.receive(done('r2'), { type: 'mcp_list_tools.failed' });
    recorder.receive({ type: 'response.output_audio.delta', response_id: 'r3', delta: '***' });
    recorder.receive(
      done('r3', { status: 'failed', status_details: { error: serviceError('server_error') } }),
    );
    recorder.protocol.receive('{');
    recorder.protocol.receive(Buffer.alloc(1));
    return recorder.told;
  })(),
  ...(() => {
    const recorder = record('auto', { ...plainSession, servers: [server] });
    recorder.receive({ type: 'session.created', session: gaSession }, { type: 'error', error: typeError });
    recorder.receive({ type: 'error', error: { ...typeError, param: 'session.tools[0].name' } });
    return recorder.told;
  })(),
  ...(() => {
    const recorder = record('auto');
    recorder.receive({ type: 'session.created', session: betaSession }, { type: 'session.updated' });
    recorder.receive(created('r1'), approval);
    return recorder.told;
  })(),
  ...(() => {
    const recorder = ready();
    recorder.receive(
      created('r1'),
      call(''),
      { ...call('c1'), type: 'response.output_item.added' },
      done('r1'),
    );
    recorder.receive({ type: 'input_audio_buffer.committed' }, created('r2'));
    recorder.receive({ type: 'response.output_text.done', response_id: 'r2', text: 'Hello.' }, done('r2'));
    recorder.receive(created('r3'), delta('r3', Buffer.alloc(960)));
    recorder.clock.advance(20_000);
    recorder.receive({
      type: 'conversation.item.input_audio_transcription.failed',
      error: { code: 'model_not_found', message: 'Words of the service.' },
    });
    return recorder.told;
  })(),
  ...(() => {
    const recorder = record('auto');
    const refused = { ...typeError, param: 'session.audio.output.voice' };
    recorder.receive({ type: 'session.created', session: gaSession }, { type: 'error', error: refused });
    recorder.receive({ type: 'error', error: 'Words of the service.' }, { type: 'session.updated' });
    const next = recorder.again();
    next.receive({ type: 'session.created', session: gaSession });
    recorder.clock.advance(9000);
    return recorder.told;
  })(),
];

const counts = new Map<string, number>();
const numbered = (code: string): string => {
  const count = (counts.get(code) ?? 0) + 1;
  counts.set(code, count);
  return count === 1 ? code : `${code}: ${count}`;
};

export const messages: Readonly<Record<string, string>> = Object.fromEntries([
  ...failures.map(([cause, { code, sentence }]) => [`${code}: ${cause}`, sentence]),
  [preRollFull.code, preRollFull.sentence],
  ...told.map(({ code, sentence }) => [numbered(code), sentence]),
]);
