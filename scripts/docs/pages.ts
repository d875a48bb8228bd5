// Pages with generated tables between two comments:
//   <!-- generated: NAME -->
//   <!-- end generated -->

import { readFileSync } from 'node:fs';
import { tables } from './tables.ts';

export const pages = ['config/README.md', 'src/README.md', 'test/README.md'] as const;

const region = /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- end generated -->)/g;

/**
 * @param page its text as it stands
 * @returns its text with every table generated again
 * @throws Error where a marker names no table
 */
export const withTables = (page: string): string =>
  page.replaceAll(region, (_, begin: string, name: string, end: string) => {
    const make = tables[name];
    if (make === undefined) throw new Error(`there is no table "${name}": ${Object.keys(tables).join(', ')}`);
    return `${begin}\n${make()}\n\n${end}`;
  });

export const readPage = (path: string): string => readFileSync(path, 'utf8');
