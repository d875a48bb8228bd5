// What the log says of a service that does something else than it should, where nothing more is known of it.

import type { Notice } from '../../core/errors.ts';

export const messageInvalid: Notice = {
  code: 'message-invalid',
  sentence: 'The service sent a message that is not an event; it is ignored.',
};

export const messageBinary: Notice = {
  code: 'message-binary',
  sentence: 'The service sent a binary message that is not an event; it is ignored.',
};

export const audioInvalid: Notice = {
  code: 'audio-invalid',
  sentence: 'The service sent sound that is not base64; this piece of the reply is lost.',
};

export const replyWithoutSound: Notice = {
  code: 'reply-without-sound',
  sentence: 'The service replied with text alone: choose a model or a voice that speaks, under [realtime].',
};

export const replyStalled: Notice = {
  code: 'reply-stalled',
  sentence: 'The service did not end its reply, and sends nothing more of it: it is taken as ended.',
};

export const callWithoutId: Notice = {
  code: 'call-without-id',
  sentence: 'The service made a call without a call_id; it is ignored.',
};

export const mcpToolsUnlisted: Notice = {
  code: 'mcp-tools-unlisted',
  sentence:
    'An MCP server did not tell the service its tools: check server_url and credential under [[mcp]].',
};
