// Ends the conversation, by voice.

import type { Tool } from '../tool.ts';

export const endConversation: Tool = {
  name: 'end_conversation',
  description:
    'Ends the conversation. Call it when the person says goodbye, thanks you for the last time, or asks you to ' +
    'stop listening. Say a short goodbye with it.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  timeoutMs: 5000,
  run: () => Promise.resolve({ output: '{"ending":true,"say":"a short goodbye"}', next: 'hangUp' }),
};
