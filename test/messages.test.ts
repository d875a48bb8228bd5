// Every sentence that a person reads, held once: each folder lists its own in a file `messages.ts`, by code.
// Other tests check codes. A sentence that changes shows in the diff of messages.snapshot.txt.

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

interface MessageFile {
  /** A sentence by its code; a code with several forms has a suffix: "device-busy: by a program". */
  readonly messages: Readonly<Record<string, string>>;
}

test('the sentences that people read', async () => {
  const sections: string[] = [];
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  for (const path of files.filter((file) => file.endsWith('/messages.ts')).sort()) {
    const { messages } = (await import(`./${path}`)) as MessageFile;
    const lines = Object.entries(messages).map(
      ([code, sentence]) => `${code}\n  ${sentence.replaceAll('\n', '\n  ')}`,
    );
    sections.push(`# ${path.replace(/\/messages\.ts$/, '')}\n\n${lines.join('\n')}\n`);
  }
  await expect(sections.join('\n')).toMatchFileSnapshot('./messages.snapshot.txt');
});
