// Bundles Parley into dist/: parley.js, the pieces it loads only when it needs them, and the files
// that run as children. esbuild alone does it, in a second and little memory: a Pi builds for itself.
// What is seen of dist/ is always a whole build: it is put together beside the old one and then swapped.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

const help = `Usage: node scripts/build.js [--out FOLDER]

Bundles Parley.

  --out FOLDER  where to (default: dist); what the folder holds is replaced
  --help        shows this
`;

/** Native, optional, or loading files of ours by path: these stay packages, in node_modules. */
const packages = ['node-record-lpcm16', 'onoff', 'speaker'];
/** What ws looks for, and does without. */
const external = [...packages, 'bufferutil', 'utf-8-validate'];

/** CommonJS packages call `require`, which ES modules have not; the odd name cannot collide. */
const banner =
  "import { createRequire as requireForBundle } from 'node:module'; const require = requireForBundle(import.meta.url);";

/** Run as they are, by path: loaded by node-record-lpcm16, and as a separate process. */
const copied = ['src/audio/lpcm16-recorder.cjs', 'src/audio/speaker-child.js'];

/** @returns {Promise<import('esbuild').OutputFile[]>} the files of the bundle, not yet written */
const bundle = async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { parley: 'src/cli.ts' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    banner: { js: banner },
    outdir: root,
    write: false,
    logLevel: 'warning',
  });
  return outputFiles;
};

/**
 * @param {string} folder
 * @param {import('esbuild').OutputFile[]} files
 */
const write = async (folder, files) => {
  await mkdir(folder, { recursive: true });
  for (const { path, text } of files) {
    const target = join(folder, relative(root, path));
    await writeFile(target, text, { mode: basename(path) === 'parley.js' ? 0o755 : 0o644 });
  }
  for (const file of copied) await copyFile(join(root, file), join(folder, basename(file)));
  await writeFile(join(folder, 'packages.json'), `${JSON.stringify(packages)}\n`);
  await writeFile(join(folder, 'sources.sha256'), `${await hashOfSources()}\n`);
};

/** What the build was made of, as `sha256sum` over the sums of the files would tell it: setup.sh compares. */
const hashOfSources = async () => {
  const below = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const sources = below
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const sums = ['scripts/build.js', 'package-lock.json', ...sources].sort().map(async (file) => {
    const sum = createHash('sha256').update(await readFile(join(root, file)));
    return `${sum.digest('hex')}  ${file}\n`;
  });
  return createHash('sha256')
    .update((await Promise.all(sums)).join(''))
    .digest('hex');
};

/**
 * Two builds at the same time take turns: the one that finds the other's result in its place tries again.
 * @param {string} fresh
 * @param {string} out
 */
const swap = async (fresh, out, triesLeft = 10) => {
  const old = `${fresh}.old`;
  try {
    if (existsSync(out)) await rename(out, old);
    await rename(fresh, out);
  } catch (error) {
    if (triesLeft === 0) throw error;
    await rm(old, { recursive: true, force: true });
    await swap(fresh, out, triesLeft - 1);
  }
  await rm(old, { recursive: true, force: true }).catch((error) => {
    process.stderr.write(`build: the last build cannot be removed (${error.code}): sudo rm -r ${old}\n`);
  });
};

const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist') }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(help);
} else {
  const out = resolve(values.out);
  const fresh = `${out}.${process.pid}`;
  try {
    await write(fresh, await bundle());
    await swap(fresh, out);
  } catch (error) {
    process.stderr.write(`build: ${out} stays as it was: ${String(error).split('\n')[0]}\n`);
    process.exitCode = 1;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
