// What a client does to the items of the conversation: adds, reads, shortens and removes them. Each of these
// throws an ApiError where it cannot, and then has changed nothing.

import { bytesOfMs, msOfBytes } from '../../core/pcm.ts';
import { ApiError, unknownItem } from '../schemas/api-error.ts';
import { invalidValue } from '../schemas/validate.ts';
import type { ClientEvent } from './client-events.ts';
import { type Context, emitCompleteItem } from './context.ts';
import { itemToWire } from './dialect.ts';
import type { Item } from './items.ts';
import { parseItem } from './new-item.ts';

// As in the real service, what is wrong with a truncation does not name the event.
const cannotTruncate = (sentence: string, code: string): ApiError =>
  new ApiError(sentence, { code, namesEvent: false });

export const createItem = (
  { item: value, previous_item_id }: ClientEvent<'conversation.item.create'>,
  context: Context,
): void => {
  const { conversation, dialect, newId } = context;
  const item = parseItem(value, dialect.assistantText, () => newId('item_'));
  if (conversation.find(item.id) !== undefined) throw invalidValue('item.id', item.id, []);
  const after = previous_item_id || undefined;
  if (after !== undefined && after !== 'root' && conversation.find(after) === undefined) {
    throw invalidValue('previous_item_id', after, []);
  }
  refuseOutput(item, conversation.items);
  takeApproval(item, context);
  conversation.add(item, after);
  emitCompleteItem(context, item);
};

/** Refuses the output of a call that was not made, or is answered already. */
const refuseOutput = ({ type, fields }: Item, items: readonly Item[]): void => {
  if (type !== 'function_call_output') return;
  const { call_id: callId } = fields;
  const ofCall = items.filter((item) => item.fields['call_id'] === callId);
  const refuse = (fault: string): ApiError =>
    new ApiError(`Tool call ID '${callId}' ${fault}.`, {
      code: 'invalid_tool_call_id',
      param: 'item.call_id',
    });
  if (!ofCall.some((item) => item.type === 'function_call')) throw refuse('not found in conversation');
  if (ofCall.some((item) => item.type === 'function_call_output')) throw refuse('already has an output');
};

/** Runs what the client approves; refuses an answer to an unknown or answered request. */
const takeApproval = ({ type, fields }: Item, { conversation, approvals, work }: Context): void => {
  if (type !== 'mcp_approval_response') return;
  const { approval_request_id: requestId, approve } = fields;
  const request = conversation.find(String(requestId));
  const run = request && approvals.get(request);
  if (request === undefined || run === undefined) {
    throw new ApiError(
      request?.type === 'mcp_approval_request'
        ? `MCP approval request '${requestId}' has already been answered.`
        : `MCP approval request with id '${requestId}' not found in conversation.`,
      { code: 'invalid_value', param: 'item.approval_request_id' },
    );
  }
  approvals.delete(request);
  if (approve === true) work(run());
};

/** With its audio, as long as that is kept. */
export const retrieveItem = (
  { item_id }: ClientEvent<'conversation.item.retrieve'>,
  { conversation, dialect, emit }: Context,
): void => {
  const item = conversation.find(item_id);
  if (item === undefined) throw unknownItem('retriev', item_id);
  emit('conversation.item.retrieved', { item: itemToWire(item, dialect, true) });
};

export const deleteItem = (
  { item_id }: ClientEvent<'conversation.item.delete'>,
  { conversation, emit }: Context,
): void => {
  if (!conversation.remove(item_id)) throw unknownItem('delet', item_id);
  emit('conversation.item.deleted', { item_id });
};

/** Drops what was not heard, and the transcript: it is unknown which of its words were heard. */
export const truncateItem = (
  { item_id, content_index, audio_end_ms }: ClientEvent<'conversation.item.truncate'>,
  { conversation, emit }: Context,
): void => {
  const item = conversation.find(item_id);
  if (item === undefined) throw unknownItem('truncat', item_id);
  const part = item.content[content_index];
  const { audio = Buffer.alloc(0) } = part ?? {};
  if (part?.type !== 'output_audio' || audio.length === 0) {
    const sentence = 'Only model output audio messages can be truncated';
    throw cannotTruncate(sentence, 'unsupported_content_type');
  }
  const wholeMs = msOfBytes(audio.length);
  if (audio_end_ms > wholeMs) {
    const sentence = `Audio content of ${Math.floor(wholeMs)}ms is already shorter than ${audio_end_ms}ms`;
    throw cannotTruncate(sentence, 'invalid_value');
  }
  part.audio = audio.subarray(0, bytesOfMs(audio_end_ms));
  part.transcript = null;
  emit('conversation.item.truncated', { item_id, content_index, audio_end_ms });
};
