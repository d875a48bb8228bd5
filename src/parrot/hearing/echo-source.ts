// What a reply repeats: the last thing that the person said, as audio or as text; and, when calls were answered
// since, the text of their results.

import { isRecord } from '../../core/is-record.ts';
import { ApiError } from '../schemas/api-error.ts';
import type { Conversation, Item } from '../session/items.ts';
import { type InputItem, toItem } from '../session/new-item.ts';

/** What is repeated: audio or, where there is none, text. */
export interface EchoSource {
  readonly utterance: Buffer;
  readonly text: string;
  /** The results of calls since then: the text of the reply, with any audio. */
  readonly results: string | undefined;
  /** Which of the session's utterances is answered, from 1; undefined: none, or without any calls. */
  readonly turn: number | undefined;
}

const SILENT = Buffer.alloc(0);

/** `turns`: the conversation that counts the session's utterances, where that matters. */
export const echoSourceOf = (items: readonly Item[], turns: Conversation | undefined): EchoSource => {
  const newest = items.findLast(({ type, role }) => type !== 'mcp_list_tools' && role !== 'system');
  const facts = { results: resultsOf(items), turn: newest && turns?.turnOf(newest) };
  const last = items.findLast((item) => item.role === 'user');
  if (last === undefined) return { utterance: SILENT, text: '(nothing was said)', ...facts };
  const utterance = last.content.find((part) => part.audio !== undefined && part.audio.length > 0)?.audio;
  if (utterance !== undefined) return { utterance, text: '', ...facts };
  const words = last.content.flatMap((part) => part.text ?? part.transcript ?? []).join(' ');
  return { utterance: SILENT, text: words === '' ? '(no longer in memory)' : words, ...facts };
};

/** The results of the response that has called last, if nothing was said since; undefined: none. */
const resultsOf = (items: readonly Item[]): string | undefined => {
  const since = items.slice(items.findLastIndex(({ type }) => type === 'message') + 1);
  const results = since.filter(({ type }) =>
    /^(function_call_output|mcp_call|mcp_approval_response)$/.test(type),
  );
  const newest = results.at(-1);
  if (newest === undefined) return undefined;
  const responseId = responseOf(newest, items);
  const words = results
    .filter((result) => responseOf(result, items) === responseId)
    .flatMap((result) => wordsOf(result) ?? []);
  return words.length === 0 ? '(no result yet)' : words.join(' ');
};

/** The response whose call has this result; undefined: the client made the call. */
const responseOf = ({ responseId, fields }: Item, items: readonly Item[]): string | undefined =>
  responseId ??
  items.find(({ id, type, fields: call }) =>
    type === 'function_call' ? call['call_id'] === fields['call_id'] : id === fields['approval_request_id'],
  )?.responseId;

const wordsOf = ({ type, fields }: Item): string | undefined => {
  const { output, error, approve } = fields;
  if (type === 'mcp_approval_response') return approve === true ? undefined : '(not approved)';
  if (typeof output === 'string') return output;
  const message = isRecord(error) ? error['message'] : undefined;
  return message === undefined ? undefined : String(message);
};

/** The items that a response was given in place of the conversation. Throws an ApiError. */
export const inputOf = (
  input: readonly InputItem[],
  conversation: Conversation,
  newId: () => string,
): readonly Item[] =>
  input.map((item, index) => {
    const param = `response.input[${index}]`;
    if (item.type !== 'item_reference') return toItem(item, newId, param);
    const found = conversation.find(item.id);
    if (found !== undefined) return found;
    throw new ApiError(`Item with id '${item.id}' not found in conversation.`, {
      code: 'invalid_value',
      param: `${param}.id`,
    });
  });
