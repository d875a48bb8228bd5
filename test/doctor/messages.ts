// The sentences of the doctor, by code. They come from the situations that findings.test.ts tests.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '../../src/core/errors.ts';
import { createServicePause } from '../../src/doctor/checks/unit-check.ts';
import { summaryOf } from '../../src/doctor/report/report.ts';
import { reserveSupportFile } from '../../src/doctor/report/support-file.ts';
import { allCases } from './cases/all.ts';
import { createDialog, dialogTexts } from './cases/case.ts';
import { createFakeMachine } from './fake-machine.ts';

/** Without what differs from run to run. */
const stable = (text: string): string =>
  text
    .replaceAll(/\/tmp\/parley-\w+-\w+/g, '/tmp/FOLDER')
    .replaceAll(/127\.0\.0\.1( port |:)\d+/g, '127.0.0.1$1PORT')
    .replaceAll(/\b\d+ ms\b/g, 'N ms')
    .replaceAll(/(agrees with the service to) \d+ s/g, '$1 N s')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DATE');

const findings = async (): Promise<Record<string, string>> => {
  const texts = new Map<string, Map<string, string>>();
  for (const [, code, name, find] of allCases) {
    const { detail, remedy } = await find();
    const text = stable(remedy === undefined ? detail : `${detail}\n-> ${remedy}`);
    const known = texts.get(code) ?? new Map<string, string>();
    if (!known.has(text)) texts.set(code, known.set(text, name));
  }
  return Object.fromEntries(
    [...texts].flatMap(([code, known]) =>
      [...known].map(([text, name]) => [name === '' || known.size === 1 ? code : `${code}: ${name}`, text]),
    ),
  );
};

/** A service that can be neither stopped nor started. */
const pause = async (): Promise<string> => {
  const machine = createFakeMachine({});
  machine.remove();
  const service = createServicePause(machine);
  const dialog = createDialog(true);
  if (dialog !== undefined) await service.offer(dialog);
  return (await service.resume()) ?? '';
};

const folder = mkdtempSync(join(tmpdir(), 'parley-messages-'));
const supportFile = (name: string): string => {
  try {
    const file = reserveSupportFile(join(folder, name));
    file.close();
    return stable(file.notice);
  } catch (error) {
    return stable(errorMessage(error));
  }
};
writeFileSync(join(folder, 'old.txt'), '');

const row = { id: 'x', title: 'X', code: 'x', detail: '', ms: 0 };
const summary = summaryOf({
  version: '0.1.0',
  verdict: 'fail',
  checks: (['pass', 'warn', 'fail', 'skip'] as const).map((verdict) => ({ ...row, verdict })),
});

export const messages: Readonly<Record<string, string>> = {
  ...(await findings()),
  'service-start-failed': await pause(),
  'support-file-notice': supportFile('new.txt'),
  'support-file-exists': supportFile('old.txt'),
  'support-file-not-writable': supportFile('none/new.txt'),
  summary,
  // After the findings, which fill it.
  dialog: [...dialogTexts].sort().join('\n'),
};
rmSync(folder, { recursive: true });
