// What was heard, in words, as events: deltas, then the whole. Takes its steps beside the reply's, so that
// its events come anywhere among them, as the real service's do.

import type { Item } from '../session/items.ts';
import { describeSpeech, inWords, transcriptionUsage } from '../session/usage.ts';

const PREFIX = 'conversation.item.input_audio_transcription';

export function* transcribe(
  item: Item,
  model: string,
  emit: (type: string, fields: Readonly<Record<string, unknown>>) => void,
): Generator<void, void, void> {
  const [part] = item.content;
  const bytes = part?.audio?.length ?? 0;
  const transcript = describeSpeech(bytes);
  const place = { item_id: item.id, content_index: 0 };
  // The oldest model knows nothing before it knows everything.
  for (const delta of model === 'whisper-1' ? [transcript] : inWords(transcript)) {
    emit(`${PREFIX}.delta`, { ...place, delta });
    yield;
  }
  if (part !== undefined) part.transcript = transcript;
  emit(`${PREFIX}.completed`, {
    ...place,
    transcript,
    usage: transcriptionUsage(model, bytes, transcript),
  });
}
