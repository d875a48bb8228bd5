// The build as a program: what it writes to dist/, and that a failed build changes nothing.

import { readdirSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkout } from './checkout.ts';

let checkout: Checkout;
beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => checkout.remove());

const build = (...args: string[]) => checkout.run('node', ['scripts/build.js', ...args]);
const dist = (folder = 'dist'): string[] => readdirSync(checkout.path(folder)).sort();
const wholeBuild = [
  'lpcm16-recorder.cjs',
  'packages.json',
  'parley.js',
  'sources.sha256',
  'speaker-child.js',
];

test('the hash of the sources is the one that shell tools compute', async () => {
  expect(await build()).toMatchObject({ code: 0 });
  const sums =
    'find src scripts/build.js package-lock.json -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c -64';
  const { stdout } = await checkout.run('sh', ['-c', sums]);
  expect(checkout.read('dist/sources.sha256')).toBe(stdout);
  checkout.write('src/cli.ts', 'process.exitCode = 0;');
  expect((await checkout.run('sh', ['-c', sums])).stdout).not.toBe(stdout);
});

test('one executable program, and the files that run beside it', async () => {
  checkout.write('src/cli.ts', '#!/usr/bin/env node\nprocess.stdout.write("up" satisfies string);');
  expect(await build()).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(dist()).toEqual(wholeBuild);
  expect(statSync(checkout.path('dist/parley.js')).mode & 0o777).toBe(0o755);
  expect(await checkout.run(checkout.path('dist/parley.js'))).toMatchObject({ code: 0, stdout: 'up' });
});

test('a dynamic import is a file of its own, and CommonJS packages can require', async () => {
  checkout.write('src/late.ts', "import { join } from 'old'; export const late = join('late', 'word');");
  checkout.write('node_modules/old/package.json', '{"main":"index.js"}');
  checkout.write('node_modules/old/index.js', "exports.join = require('path').join;");
  checkout.write(
    'src/cli.ts',
    "if (process.argv[2] === 'late') process.stdout.write((await import('./late.ts')).late);",
  );
  expect(await build()).toMatchObject({ code: 0 });
  expect(checkout.read('dist/parley.js')).not.toContain("require('path')");
  const late = await checkout.run('node', ['dist/parley.js', 'late']);
  expect(late).toMatchObject({ code: 0, stdout: 'late/word' });
});

test('the native packages are not bundled', async () => {
  checkout.write('src/cli.ts', "await import('onoff'); await import('speaker'); await import('gone');");
  const { code, stderr } = await build();
  expect(code).toBe(1);
  expect(stderr).toContain('Could not resolve "gone"');
  expect(stderr).not.toContain('onoff"');
  expect(stderr).not.toContain('speaker"');
});

test('a build replaces the last one; a build that fails leaves it, and no other files', async () => {
  checkout.write('dist/old-piece.js', '');
  expect(await build()).toMatchObject({ code: 0 });
  expect(dist()).toEqual(wholeBuild);
  const before = { program: checkout.read('dist/parley.js'), root: dist('.') };
  checkout.write('src/cli.ts', 'this is no program');
  const failed = await build();
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('dist stays as it was');
  expect({ program: checkout.read('dist/parley.js'), root: dist('.') }).toEqual(before);
});

test('builds at the same time do not disturb each other', async () => {
  const codes = (await Promise.all(Array.from({ length: 6 }, () => build()))).map(({ code }) => code);
  expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  expect(dist()).toEqual(wholeBuild);
  expect(dist('.').filter((name) => name.startsWith('dist'))).toEqual(['dist']);
});

test('into another folder', async () => {
  expect(await build('--out', checkout.path('elsewhere'))).toMatchObject({ code: 0 });
  expect(dist('elsewhere')).toContain('parley.js');
  expect(dist('.')).not.toContain('dist');
});
