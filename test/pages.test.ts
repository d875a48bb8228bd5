// What the pages say, held against the sources.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages, readPage, withTables } from '../scripts/docs/pages.ts';
import { tables } from '../scripts/docs/tables.ts';
import { outputs } from '../src/core/conversation.ts';

describe.each(pages)('%s', (page) => {
  const text = readPage(page);

  test('is not stale: npm run docs changes nothing', () => {
    expect(text).toBe(withTables(text));
  });

  test('has no table that was written by hand', () => {
    const byHand = text.replaceAll(/<!-- generated: .+? -->[\s\S]*?<!-- end generated -->/g, '');
    expect(byHand.split('\n').filter((line) => line.startsWith('|'))).toEqual([]);
  });
});

test('every generated table stands on a page', () => {
  const all = pages.map(readPage).join('\n');
  for (const name of Object.keys(tables)) expect(all).toContain(`<!-- generated: ${name} -->`);
});

describe('the page for an owner', () => {
  const page = readPage('README.md');

  test('has 150 lines at most', () => {
    expect(page.split('\n').length).toBeLessThanOrEqual(150);
  });

  test.each(Object.values(outputs))('explains the light of $status', ({ status }) => {
    expect(page.split('\n').some((line) => line.startsWith('|') && line.includes(status))).toBe(true);
  });
});

/** As a page of a Git host names its headings in links. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(['README.md', ...pages])('the links of %s lead somewhere', (page) => {
  const links = [...readPage(page).matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) {
    if (/^https?:/.test(link)) continue;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    expect([link, existsSync(file)]).toEqual([link, true]);
    if (anchor !== undefined) expect(anchorsOf(readPage(file))).toContain(anchor);
  }
});

test('each dependency has its reason', () => {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: object;
    optionalDependencies: object;
  };
  const page = readPage('src/README.md');
  const why = page.slice(page.indexOf('## Why so'), page.indexOf('## Contributing'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    expect(why).toContain(`\`${name}\``);
});
