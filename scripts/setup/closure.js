// Prints the folders of the npm packages that the program loads when it runs, those that they need
// included, one a line, for setup.sh. Run where package-lock.json and node_modules are.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where `name` is found from the package in `from`, as Node looks for it.
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
const find = (from, name) => {
  const folder = join(from, 'node_modules', name);
  if (existsSync(folder)) return folder;
  return from === '' ? undefined : find(from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name);
};

/** @type {Set<string>} */
const found = new Set();

/**
 * @param {string} from
 * @param {readonly string[]} names
 */
const visit = (from, names) => {
  for (const name of names) {
    const folder = find(from, name);
    // An optional package that could not be installed.
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    visit(folder, Object.keys(dependencies));
  }
};

visit('', JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
for (const folder of found) process.stdout.write(`${folder}\n`);
