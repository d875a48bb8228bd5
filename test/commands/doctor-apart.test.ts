// The service carries nothing of the doctor: it is loaded by those alone who ask for it.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parleyProgram } from '../rigs/build.ts';

const folder = dirname(parleyProgram);
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

const atOnce = /(?:from|import)\s*"\.\/([\w.-]+\.js)"/g;
const atOnceOrLater = /(?:from|import|import\()\s*"\.\/([\w.-]+\.js)"/g;

/** All files of the build that are loaded with this one. */
const reachedFrom = (name: string, loads: RegExp, reached = new Set<string>()): Set<string> => {
  if (reached.has(name)) return reached;
  reached.add(name);
  for (const [, next = ''] of text(name).matchAll(loads)) reachedFrom(next, loads, reached);
  return reached;
};

const piece = (command: string): string =>
  readdirSync(folder).find((name) => name.startsWith(`${command}-`)) ?? '';

/** The sources in these files: the build names each above its text. */
const sourcesIn = (names: Iterable<string>): string[] =>
  [...names].flatMap((name) =>
    [...text(name).matchAll(/^\/\/ (src\/\S+)$/gm)].map(([, source = '']) => source),
  );

test('what `parley run` loads', () => {
  const sources = sourcesIn(reachedFrom(piece('run'), atOnceOrLater));
  expect(sources).toContain('src/assistant/assistant.ts');
  expect(sources.filter((source) => source.includes('doctor'))).toEqual([]);
});

test('what every command loads', () => {
  const sources = sourcesIn(reachedFrom('parley.js', atOnce));
  expect(sources).toContain('src/cli.ts');
  expect(sources.filter((source) => source.includes('doctor'))).toEqual([]);
});

test('what `parley doctor` loads', () => {
  expect(sourcesIn(reachedFrom(piece('doctor'), atOnce))).toContain('src/doctor/run.ts');
});
