// A session.update in the shape of the other dialect is refused completely, and the session stays as it was.

import { expect, test } from 'vitest';
import { errorsOf, SessionRig } from '../session-rig.ts';

const flat = { instructions: 'Say it back.', modalities: ['text', 'audio'], voice: 'sage', temperature: 0.8 };

const session = (rig: SessionRig): unknown => rig.take().findLast((event) => 'session' in event)?.['session'];

const error = (dialect: 'ga' | 'beta', update: object): unknown => {
  const rig = new SessionRig(dialect);
  const before = session(rig) ?? {};
  rig.send({ type: 'session.update', event_id: 'c_9', session: update });
  const [error] = errorsOf(rig.take());
  rig.send({ type: 'session.update', session: dialect === 'ga' ? { type: 'realtime' } : {} });
  // Nothing of it was applied.
  expect(session(rig)).toMatchObject(before);
  return error;
};

test('a flat update on a GA server is refused completely', () => {
  expect(error('ga', flat)).toEqual({
    type: 'invalid_request_error',
    code: 'missing_required_parameter',
    message: "Missing required parameter: 'session.type'.",
    param: 'session.type',
    event_id: 'c_9',
  });
  const { instructions, modalities } = flat;
  expect(error('ga', { type: 'realtime', instructions, modalities })).toEqual({
    type: 'invalid_request_error',
    code: 'unknown_parameter',
    message: "Unknown parameter: 'session.modalities'.",
    param: 'session.modalities',
    event_id: 'c_9',
  });
});

test('a nested update on a beta server is refused completely', () => {
  expect(error('beta', { instructions: 'x', type: 'realtime' })).toMatchObject({
    code: 'unknown_parameter',
    message: "Unknown parameter: 'session.type'.",
    event_id: 'c_9',
  });
});
