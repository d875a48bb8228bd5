import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { createCommandTool } from '../../../src/tools/command/command-tool.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tool-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const file = (name: string, text: string, mode: number): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

const tool = (command: readonly string[]): ReturnType<typeof createCommandTool> =>
  createCommandTool({
    name: 'lamp',
    description: 'Lights.',
    parameters: { type: 'object' },
    timeoutMs: 1000,
    command,
  });

const call = async (command: readonly string[], args: ToolArguments = {}): Promise<string> =>
  (await tool(command).run(args, new AbortController().signal)).output;

const shell = (script: string, args?: ToolArguments): Promise<string> => call(['bash', '-c', script], args);

const failure = async (running: Promise<unknown>): Promise<string> => {
  const error: unknown = await running.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return (error as ToolError).message;
};

describe('a command tool', () => {
  it('is what it was made of', () => {
    expect(tool(['true'])).toMatchObject({ name: 'lamp', description: 'Lights.', timeoutMs: 1000 });
  });

  it('gets the arguments as a line of JSON, and gives what it writes', async () => {
    expect(await shell('read -r line; echo "$PARLEY_TOOL: $line"', { room: 'Küche\n' })).toBe(
      'lamp: {"room":"Küche\\n"}',
    );
  });

  it.each([
    ['one line end and no more', "printf 'a\\n\\n'", 'a\n'],
    ['the line end of Windows', "printf 'a\\r\\n'", 'a'],
    ['bytes that are no UTF-8', "printf 'a\\xffb'", 'a�b'],
    ['nothing', 'true', '{"done":true}'],
    ['an empty line', 'echo', '{"done":true}'],
    ['only stdout', 'echo a; echo b >&2', 'a'],
  ])('trims and mends: %s', async (_, script, output) => {
    expect(await shell(script)).toBe(output);
  });
});

describe('a command tool that fails says', () => {
  it.each([
    ['exit 3', 'The tool lamp failed with exit code 3.'],
    ['echo a >&2; echo no such room. >&2; exit 1', 'The tool lamp failed with exit code 1: no such room.'],
    ["printf 'a\\033[31mb\\tc\\r\\n\\n' >&2; exit 1", 'The tool lamp failed with exit code 1: a [31mb c.'],
    ['kill -9 $$', 'The tool lamp was killed by SIGKILL.'],
    ['kill -SEGV $$', 'The tool lamp was killed by SIGSEGV.'],
    ['kill -9 $PPID; sleep 100', 'The tool lamp was ended from outside with its keeper.'],
    ['exit 126', 'The tool lamp ended with exit code 126, a command in it is not executable.'],
    ['yes', 'The tool lamp wrote more than 16 KB and was killed; make it write less.'],
  ])('%s', async (script, message) => {
    expect(await failure(shell(script))).toBe(message);
  });

  it('what its script did not find', async () => {
    expect(await failure(shell('no-such-command'))).toMatch(/exit code 127, .* no-such-command: command not/);
  });

  it('at most 200 characters of the last line', async () => {
    const message = await failure(shell('printf "%01000d" 0 >&2; exit 1'));
    expect(message).toBe(`The tool lamp failed with exit code 1: ${'0'.repeat(200)}.`);
  });

  it('that it is missing, by name or by path', async () => {
    for (const program of ['no-such-program', '/no/such/program'])
      expect(await failure(call([program]))).toBe(
        `The tool lamp cannot be started: ${program} was not found; correct its command in the configuration.`,
      );
  });

  it('that its interpreter is missing', async () => {
    const program = file('script', '#!/no/such/interpreter\n', 0o755);
    expect(await failure(call([program]))).toMatch(/the interpreter that the first line of .*script names/);
  });

  it('that it is not executable, or no program', async () => {
    const program = file('plain', '#!/bin/sh\necho ran\n', 0o644);
    expect(await failure(call([program]))).toContain('is not executable');
    expect(await failure(call([folder]))).toContain('is not executable');
    // The kernel knows no such format, and execvp has sh try it, as every shell does.
    expect(await failure(call([file('noise', '\x01\x02\x03\0\n', 0o755)]))).toContain('The tool lamp');
  });

  it('that perl is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(await failure(call(['/bin/true']))).toBe(
      'The tool lamp cannot be run: perl is missing; install it with sudo apt install perl-base.',
    );
  });

  it('that it cannot be given such arguments', async () => {
    expect(await failure(call(['true', 'a\0b']))).toMatch(
      /^The tool lamp could not be started: .*null bytes/,
    );
  });
});

describe('a command tool that is aborted', () => {
  const abortedWith = (reason?: unknown, afterMs = 100): Promise<string> => {
    const controller = new AbortController();
    const running = tool(['sleep', '1000']).run({}, controller.signal);
    setTimeout(() => controller.abort(reason), afterMs);
    return failure(running);
  };

  it('says why, where that is for the service', async () => {
    expect(await abortedWith(new ToolError('It took too long.'))).toBe('It took too long.');
    expect(await abortedWith()).toBe('cancelled');
    expect(await abortedWith(new Error('internal'))).toBe('cancelled');
  });

  it('does not even begin, where it was aborted before', async () => {
    const begun = join(folder, 'begun');
    const running = tool(['touch', begun]).run({}, AbortSignal.abort());
    expect(await failure(running)).toBe('cancelled');
    expect(await shell(`test -e ${begun} || echo no`)).toBe('no');
  });
});
