// Names the npm packages of package-lock.json that are missing in node_modules or have another version there. So
// the scripts need no network after the first time, and keep what a developer has installed. It compares the lock
// files, not dates.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const help = `Usage: node scripts/missing.js [--dev]

Prints the packages of package-lock.json that are missing in node_modules, one on each line.

  --dev   also those for development
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
 * Whether the package is for this machine. One for a certain C library never counts: Node does not tell which it has.
 * @param {Locked} locked
 */
const fits = ({ os, cpu, libc }) =>
  (os ?? [process.platform]).includes(process.platform) &&
  (cpu ?? [process.arch]).includes(process.arch) &&
  libc === undefined;

/**
 * npm leaves out an optional package that cannot be installed, and those that depend on it. Only the optional ones
 * for a certain processor are always needed: they hold the binary of another package.
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
    const isInstalled =
      installed[path]?.version === locked.version && existsSync(join(root, path, 'package.json'));
    if (!isInstalled) process.stdout.write(`${path.replace(/^.*node_modules\//, '')}\n`);
  }
}
