// What a client brings back: the outputs of the functions that it was to call, and its answers to the
// questions whether a tool may be run. Each comes once.

import { ApiError } from '../schemas/api-error.ts';
import type { Context } from '../session/context.ts';
import type { Item } from '../session/items.ts';

/** Throws an ApiError where `item` is the output of a call that was never made, or is answered already. */
export const refuseOutput = ({ type, fields }: Item, items: readonly Item[]): void => {
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

/** Runs what the client approves; throws an ApiError where that was not asked, or is answered already. */
export const takeApproval = ({ type, fields }: Item, { conversation, approvals, work }: Context): void => {
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
