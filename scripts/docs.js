// Makes the tables of the pages again from the sources: `npm run docs`. A test fails where a page is stale.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

// Node 20 does not run TypeScript.
const folder = await mkdtemp(join(tmpdir(), 'parley-docs-'));
try {
  const outfile = join(folder, 'pages.mjs');
  await build({
    entryPoints: [join(root, 'scripts/docs/pages.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  /** @type {typeof import('./docs/pages.ts')} */
  const { pages, readPage, withTables } = await import(pathToFileURL(outfile).href);
  for (const page of pages) await writeFile(page, withTables(readPage(page)));
} finally {
  await rm(folder, { recursive: true, force: true });
}
