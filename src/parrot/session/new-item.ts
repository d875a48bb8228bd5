// Items that a client creates: their shapes in both dialects, and how they are stored.

import * as z from 'zod';
import { parseAudio } from '../schemas/audio.ts';
import { check } from '../schemas/validate.ts';
import { type Item, newMessage, type Part } from './items.ts';

/** What the dialects call a text of the assistant. */
export type AssistantText = 'output_text' | 'text';

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const userPart = z.discriminatedUnion('type', [
  inputText,
  z.strictObject({ type: z.literal('input_audio'), audio: z.string(), transcript: z.string().nullish() }),
  z.strictObject({
    type: z.literal('input_image'),
    image_url: z.string(),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
]);

const common = {
  id: z.string().max(32).nullish(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['in_progress', 'completed', 'incomplete']).optional(),
};

const message = <R extends 'user' | 'assistant' | 'system', P extends z.ZodType>(role: R, part: P) =>
  z.strictObject({ ...common, type: z.literal('message'), role: z.literal(role), content: z.array(part) });

const functionCall = z.strictObject({
  ...common,
  type: z.literal('function_call'),
  name: z.string(),
  arguments: z.string(),
  call_id: z.string().optional(),
});

const functionCallOutput = z.strictObject({
  ...common,
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: z.string(),
});

const approval = z.strictObject({
  ...common,
  type: z.literal('mcp_approval_response'),
  approval_request_id: z.string(),
  approve: z.boolean(),
  reason: z.string().nullish(),
});

const reference = z.strictObject({ type: z.literal('item_reference'), id: z.string() });

const messages = (text: AssistantText) =>
  z.discriminatedUnion('role', [
    message('user', userPart),
    message('system', inputText),
    message(
      'assistant',
      z.discriminatedUnion('type', [z.strictObject({ type: z.literal(text), text: z.string() })]),
    ),
  ]);

const itemShape = (text: AssistantText) =>
  z.discriminatedUnion('type', [messages(text), functionCall, functionCallOutput, approval]);

const inputShape = (text: AssistantText) =>
  z.array(z.discriminatedUnion('type', [itemShape(text), reference]));

type NewItem = z.infer<ReturnType<typeof itemShape>>;
export type InputItem = z.infer<ReturnType<typeof inputShape>>[number];
export const inputItems = { output_text: inputShape('output_text'), text: inputShape('text') };
const items = { output_text: itemShape('output_text'), text: itemShape('text') };

type NewPart = Extract<NewItem, { type: 'message' }>['content'][number];

const partOf = (part: NewPart, param: string): Part => {
  switch (part.type) {
    case 'input_audio': {
      const { type, audio, transcript = null } = part;
      return { type, audio: parseAudio(audio, `${param}.audio`), transcript };
    }
    case 'input_image': {
      const { type, ...image } = part;
      return { type, image };
    }
    case 'input_text':
      return part;
    default:
      return { type: 'output_text', text: part.text };
  }
};

/** `param` is where it came from, for what is wrong with its audio. Throws an ApiError. */
export const toItem = (item: NewItem, newId: () => string, param: string): Item => {
  const { id: givenId, object: _object, status = 'completed', ...given } = item;
  const id = givenId ?? newId();
  if (given.type === 'message') {
    const content = given.content.map((part, index) => partOf(part, `${param}.content[${index}]`));
    return newMessage(id, given.role, status, content);
  }
  const { type, ...fields } = given;
  return { id, type, status, content: [], fields };
};

/** The item of a conversation.item.create. Throws an ApiError. */
export const parseItem = (value: unknown, text: AssistantText, newId: () => string): Item =>
  toItem(check(z.strictObject({ item: items[text] }), { item: value }).item, newId, 'item');
