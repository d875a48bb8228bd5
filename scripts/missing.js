// Names the npm packages that package-lock.json asks for and node_modules has not, or not in that
// version; nothing where all is there. So the scripts work without a network once they have worked
// with one, and never throw away what a developer has installed. The lock files are compared, not dates.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const help = `Usage: node scripts/missing.js [--dev]

Prints the packages of package-lock.json that node_modules lacks, one a line.

  --dev   those for development too
  --help  shows this
`;

/**
 * @typedef {object} Locked
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [devOptional]
 * @property {boolean} [optional]
 * @property {boolean} [hasInstallScript]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/**
 * @param {string} file
 * @returns {Record<string, Locked>}
 */
const packagesOf = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {});

/**
 * A package for this machine; the C library is not looked at, so those that differ by it alone do not count.
 * @param {Locked} locked
 */
const fits = ({ os, cpu, libc }) =>
  (os ?? [process.platform]).includes(process.platform) &&
  (cpu ?? [process.arch]).includes(process.arch) &&
  libc === undefined;

/**
 * An optional package that could not be installed was left out by npm, with whatever needs it; only
 * the optional ones with a processor are needed in truth: they carry the programs of their owners.
 * @param {Locked} locked
 */
const needed = (locked) => fits(locked) && (locked.optional !== true || locked.cpu !== undefined);

/** @param {Locked} locked */
const forDevelopment = ({ dev, devOptional }) => dev === true || devOptional === true;

const { values } = parseArgs({ options: { dev: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(help);
} else {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  for (const [path, locked] of Object.entries(wanted)) {
    if (path === '' || !needed(locked) || (forDevelopment(locked) && values.dev !== true)) continue;
    const isThere =
      installed[path]?.version === locked.version && existsSync(join(root, path, 'package.json'));
    if (!isThere) process.stdout.write(`${path.replace(/^.*node_modules\//, '')}\n`);
  }
}
