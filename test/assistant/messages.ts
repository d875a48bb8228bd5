// The sentences of src/assistant/, by code.

import { phaseTimeout } from '../../src/assistant/phase-timeout.ts';
import { type Limit, outputs } from '../../src/core/conversation.ts';

const limits = new Set(Object.values(outputs).flatMap(({ limit }) => (limit === undefined ? [] : [limit])));

export const messages: Readonly<Record<string, string>> = Object.fromEntries(
  [...limits].map((limit: Limit) => {
    const { code, sentence } = phaseTimeout(limit, 10_000, 'an answer from api.example.com');
    return [code, sentence];
  }),
);
