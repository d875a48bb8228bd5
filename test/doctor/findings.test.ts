// Every situation leads to its verdict and its code, and every code has a situation.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allCases } from './cases/all.ts';

describe('findings', () => {
  test.each(allCases)('%s, %s %s', async (verdict, code, _name, find) => {
    const finding = await find();
    expect([finding.verdict, finding.code]).toEqual([verdict, code]);
    expect(finding.detail).toMatch(/\S/);
    // What is wrong has a remedy, and only that.
    expect(finding.remedy !== undefined).toBe(verdict === 'warn' || verdict === 'fail');
    // No finding shows a key, or the name of the network.
    expect(JSON.stringify(finding)).not.toMatch(/sk-1|Zoe/);
  });
});

test('every code in the sources has a situation', () => {
  const folder = 'src/doctor';
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  const codes = sources.flatMap((text) =>
    [...text.matchAll(/\b(?:pass|skip|warn|fail|failed|noTls)\(\s*'([a-z-]+)'/g)].map(
      ([, code = '']) => code,
    ),
  );
  expect(codes.length).toBeGreaterThan(60);
  const covered = new Set(allCases.map(([, code]) => code));
  expect(codes.filter((code) => !covered.has(code))).toEqual([]);
});
