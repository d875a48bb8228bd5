// What a reply says back: the last thing that the person said, in a voice or in words.

import type { Conversation, Item } from './items.ts';
import { type InputItem, toItem } from './new-item.ts';
import { Refusal } from './refusal.ts';
import type { Heard } from './reply.ts';

const SILENT = Buffer.alloc(0);

export const heardFrom = (items: readonly Item[]): Heard => {
  const last = items.findLast((item) => item.role === 'user');
  if (last === undefined) return { utterance: SILENT, text: '(nothing was said)' };
  const utterance = last.content.find((part) => part.audio !== undefined && part.audio.length > 0)?.audio;
  if (utterance !== undefined) return { utterance, text: '' };
  const words = last.content.flatMap((part) => part.text ?? part.transcript ?? []).join(' ');
  return { utterance: SILENT, text: words === '' ? '(that was forgotten)' : words };
};

/** The items that a response was given in place of the conversation. Throws a Refusal. */
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
    throw new Refusal(`Item with id '${item.id}' not found in conversation.`, {
      code: 'invalid_value',
      param: `${param}.id`,
    });
  });
