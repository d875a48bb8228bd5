import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAtomically } from '../../src/system/atomic-write.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-atomic-'));
  path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes a file that only its owner can read, and overwrites it', () => {
  for (const text of ['one, which is longer', 'two', '', 'Grüße']) {
    writeAtomically(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file']);
  }
});

it('overwrites the temporary file that a power cut has left', () => {
  writeFileSync(`${path}.tmp`, 'half of something long');
  writeAtomically(path, 'whole');
  expect(readFileSync(path, 'utf8')).toBe('whole');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('leaves the old text and no temporary file where the disk is full', () => {
  writeAtomically(path, 'old');
  symlinkSync('/dev/full', `${path}.tmp`);
  expect(() => writeAtomically(path, 'new')).toThrow('ENOSPC');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('leaves no temporary file where the path is a folder', () => {
  mkdirSync(path);
  expect(() => writeAtomically(path, 'new')).toThrow('EISDIR');
  expect(readdirSync(folder)).toEqual(['file']);
});

it('throws where the folder is missing', () => {
  expect(() => writeAtomically(join(folder, 'none', 'file'), 'new')).toThrow('ENOENT');
});
