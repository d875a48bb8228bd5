// Which sources each command loads: only `parley doctor` loads the doctor, so it costs the service no memory.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parleyProgram } from '../rigs/build.ts';

const folder = dirname(parleyProgram);
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

const staticImports = /(?:from|import)\s*"\.\/([\w.-]+\.js)"/g;
const allImports = /(?:from|import|import\()\s*"\.\/([\w.-]+\.js)"/g;

/** All files of the build that this one imports, directly or not. */
const reachedFrom = (name: string, imports: RegExp, reached = new Set<string>()): Set<string> => {
  if (reached.has(name)) return reached;
  reached.add(name);
  for (const [, next = ''] of text(name).matchAll(imports)) reachedFrom(next, imports, reached);
  return reached;
};

const chunkOf = (command: string): string =>
  readdirSync(folder).find((name) => name.startsWith(`${command}-`)) ?? '';

/** The sources in these files: the build puts a comment with the path above each. */
const sourcesIn = (names: Iterable<string>): string[] =>
  [...names].flatMap((name) =>
    [...text(name).matchAll(/^\/\/ (src\/\S+)$/gm)].map(([, source = '']) => source),
  );

test('what `parley run` loads', () => {
  const sources = sourcesIn(reachedFrom(chunkOf('run'), allImports));
  expect(sources).toContain('src/assistant/assistant.ts');
  expect(sources.filter((source) => source.includes('doctor'))).toEqual([]);
});

test('what every command loads', () => {
  const sources = sourcesIn(reachedFrom('parley.js', staticImports));
  expect(sources).toContain('src/cli.ts');
  expect(sources.filter((source) => source.includes('doctor'))).toEqual([]);
});

test('what `parley doctor` loads', () => {
  expect(sourcesIn(reachedFrom(chunkOf('doctor'), staticImports))).toContain('src/doctor/run.ts');
});
