// What a client brings back from the functions it was to call: each call is answered once.

import { ApiError } from '../schemas/api-error.ts';
import type { Conversation, Item } from '../session/items.ts';

/** Throws an ApiError where `item` is the output of a call that was never made, or is answered already. */
export const refuseOutput = (item: Item, { items }: Conversation): void => {
  if (item.type !== 'function_call_output') return;
  const { call_id: callId } = item.fields;
  const ofCall = items.filter(({ fields }) => fields['call_id'] === callId);
  const refuse = (fault: string): ApiError =>
    new ApiError(`Tool call ID '${callId}' ${fault}.`, {
      code: 'invalid_tool_call_id',
      param: 'item.call_id',
    });
  if (!ofCall.some(({ type }) => type === 'function_call')) throw refuse('not found in conversation');
  if (ofCall.some(({ type }) => type === 'function_call_output')) throw refuse('already has an output');
};
