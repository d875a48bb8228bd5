// MCP: the service runs those calls itself; they are followed, approvals are judged, the follow-up is requested.

import { describe, expect, test } from 'vitest';
import { sessionUpdate } from '../../../src/realtime/openai/session-update.ts';
import type { McpServer } from '../../../src/realtime/protocol.ts';
import { created, delta, done, gaSession, plainSession, record } from './recorder.ts';

const home: McpServer = {
  label: 'home',
  url: 'https://mcp.example.org/mcp',
  description: '',
  authorization: 'token-of-home',
  allowedTools: ['lights', 'locks'],
  requireApproval: 'always',
  approve: ['lights'],
};

const ready = () => {
  const recorder = record('ga', { ...plainSession, servers: [home] });
  recorder.receive({ type: 'session.created', session: gaSession }, { type: 'session.updated' });
  recorder.words.length = 0;
  recorder.sent.length = 0;
  return recorder;
};

const item = (stage: 'added' | 'done', fields: object) => ({
  type: `response.output_item.${stage}`,
  response_id: 'r1',
  item: { server_label: 'home', ...fields },
});
const begun = (id: string, more: object = {}) => [
  item('added', { type: 'mcp_call', id, ...more }),
  { type: 'response.mcp_call.in_progress', item_id: id, output_index: 0 },
];
const ended = (id: string, how: 'completed' | 'failed' = 'completed') => [
  { type: `response.mcp_call.${how}`, item_id: id, output_index: 0 },
  item('done', { type: 'mcp_call', id }),
];
const request = (name: string) =>
  item('done', { type: 'mcp_approval_request', id: 'appr_1', name, arguments: '{}' });
const requests = (sent: readonly Record<string, unknown>[]): number =>
  sent.filter(({ type }) => type === 'response.create').length;

test('a server is described to the service as it is configured', () => {
  const update = sessionUpdate('ga', { ...plainSession, servers: [home] });
  expect(update).toMatchObject({
    tools: [
      {
        type: 'mcp',
        server_label: 'home',
        server_url: 'https://mcp.example.org/mcp',
        authorization: 'token-of-home',
        allowed_tools: ['lights', 'locks'],
        require_approval: 'always',
      },
    ],
  });
  expect(JSON.stringify(sessionUpdate('beta', { ...plainSession, servers: [home] }))).not.toContain('mcp');
});

describe('a call of a server', () => {
  test.each(['completed', 'failed'] as const)('that is %s before the response is done', (how) => {
    const recorder = ready();
    recorder.receive(created('r1'), ...begun('m1'), ...ended('m1', how));
    expect(requests(recorder.sent)).toBe(0);
    recorder.receive(done('r1'));
    expect(recorder.words).toEqual(['replyCreated', 'callsMade', 'replyRequested']);
    expect(requests(recorder.sent)).toBe(1);
  });

  test('that goes on after the response is done', () => {
    const recorder = ready();
    recorder.receive(created('r1'), ...begun('m1'), ...begun('m2'), ...ended('m2'), done('r1'));
    expect(recorder.words).toEqual(['replyCreated', 'callsMade', 'callsMade']);
    recorder.receive(...ended('m1'));
    expect(recorder.words.at(-1)).toBe('replyRequested');
    expect(requests(recorder.sent)).toBe(1);
  });

  test('beside a function call: the follow-up is requested when both have ended', () => {
    const recorder = ready();
    const ours = item('done', { type: 'function_call', id: 'i', name: 'x', call_id: 'c1', arguments: '{}' });
    recorder.receive(created('r1'), ...begun('m1'), ours, done('r1'));
    recorder.protocol.answer({ callId: 'c1', output: '', next: 'reply' });
    expect(requests(recorder.sent)).toBe(0);
    recorder.receive(...ended('m1'));
    expect(requests(recorder.sent)).toBe(1);
  });

  test('is work as soon as it begins, unless something is being said', () => {
    const quiet = ready();
    quiet.receive(created('r1'), ...begun('m1'));
    expect(quiet.words).toEqual(['replyCreated', 'callsMade']);
    const speaking = ready();
    speaking.receive(created('r1'), delta('r1', Buffer.alloc(960)), ...begun('m1'));
    expect(speaking.words).not.toContain('callsMade');
  });

  test('in a response without a response.created', () => {
    const recorder = ready();
    recorder.receive(...begun('m1'), done('r1'), ...ended('m1'));
    expect(recorder.words).toEqual(['replyCreated', 'callsMade', 'callsMade', 'replyRequested']);
  });

  test('whose only sign of an end is its item, after the response', () => {
    const recorder = ready();
    recorder.receive(created('r1'), ...begun('m1'), done('r1'), item('done', { type: 'mcp_call', id: 'm1' }));
    expect(recorder.words.at(-1)).toBe('replyRequested');
  });

  test('that begins after an interruption, in a response that is not done yet, is not waited for', () => {
    const recorder = ready();
    recorder.receive(created('r1'), delta('r1', Buffer.alloc(960)));
    recorder.protocol.interrupt(0);
    recorder.receive(...begun('m1'), done('r1', { status: 'cancelled' }), ...ended('m1'));
    expect(recorder.words.at(-1)).toMatch(/^replyEnded/);
    expect(requests(recorder.sent)).toBe(0);
  });

  test('that goes on after an interruption is not spoken about', () => {
    const recorder = ready();
    recorder.receive(created('r1'), ...begun('m1'), done('r1'));
    recorder.protocol.interrupt(0);
    expect(recorder.words.at(-1)).toBe('callsAnswered');
    recorder.receive(...ended('m1'), ...begun('m1'), ...ended('m1'));
    expect(recorder.words.at(-1)).toBe('callsAnswered');
    expect(requests(recorder.sent)).toBe(0);
  });
});

describe('a request for approval', () => {
  test('of what the configuration allows is granted, and its call waited for', () => {
    const recorder = ready();
    recorder.receive(created('r1'), request('lights'), done('r1'));
    expect(recorder.sent).toMatchObject([
      {
        type: 'conversation.item.create',
        item: { type: 'mcp_approval_response', approval_request_id: 'appr_1', approve: true },
      },
    ]);
    expect(recorder.words).toEqual(['replyCreated', 'callsMade']);
    recorder.receive(...begun('m1', { approval_request_id: 'appr_1' }));
    expect(requests(recorder.sent)).toBe(0);
    recorder.receive(...ended('m1'));
    expect(requests(recorder.sent)).toBe(1);
  });

  test('of two, each waits for its own call', () => {
    const recorder = ready();
    const second = item('done', {
      type: 'mcp_approval_request',
      id: 'appr_2',
      name: 'lights',
      arguments: '{}',
    });
    recorder.receive(created('r1'), request('lights'), second, done('r1'));
    recorder.receive(...begun('m1'), ...ended('m1'));
    expect(requests(recorder.sent)).toBe(0);
    recorder.receive(...begun('m2'), ...ended('m2'));
    expect(requests(recorder.sent)).toBe(1);
  });

  test('whose grant the service refuses is waited for no longer', () => {
    const recorder = ready();
    recorder.receive(created('r1'), request('lights'), done('r1'));
    const eventId = recorder.sent[0]?.['event_id'];
    recorder.receive({ type: 'error', error: { code: 'invalid_value', message: 'No.', event_id: eventId } });
    expect(requests(recorder.sent)).toBe(1);
  });

  test.each(['locks', 'unheard of'])('of "%s", which it does not allow, is refused with a line', (name) => {
    const recorder = ready();
    recorder.receive(created('r1'), request(name), done('r1'));
    expect(recorder.sent[0]).toMatchObject({ item: { approve: false } });
    expect(recorder.words).toContain('notice: mcp-call-refused');
    expect(recorder.told[0]?.sentence).toContain(`"home" requests to run "${name}"`);
    // The service gets the refusal.
    expect(requests(recorder.sent)).toBe(1);
  });
});

test('a server whose tools cannot be listed is a notice', () => {
  const recorder = ready();
  recorder.receive({ type: 'mcp_list_tools.failed', item_id: 'm' });
  expect(recorder.words).toEqual(['notice: mcp-tools-unlisted']);
});
