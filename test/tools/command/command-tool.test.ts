import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

const failure = async (running: Promise<unknown>): Promise<ToolError> => {
  const error: unknown = await running.then(
    () => 'it did not fail',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
};

describe('a command tool', () => {
  it('has the name, description and time limit of its options', () => {
    expect(tool(['true'])).toMatchObject({ name: 'lamp', description: 'Lights.', timeoutMs: 1000 });
  });

  it('gets the arguments as a line of JSON, and returns its output', async () => {
    expect(await shell('read -r line; echo "$PARLEY_TOOL: $line"', { room: 'Küche\n' })).toBe(
      'lamp: {"room":"Küche\\n"}',
    );
  });

  it.each([
    ['one line end only', "printf 'a\\n\\n'", 'a\n'],
    ['the line end of Windows', "printf 'a\\r\\n'", 'a'],
    ['bytes that are not UTF-8', "printf 'a\\xffb'", 'a�b'],
    ['nothing', 'true', '{"done":true}'],
    ['an empty line', 'echo', '{"done":true}'],
    ['only stdout', 'echo a; echo b >&2', 'a'],
  ])('has clean output: %s', async (_, script, output) => {
    expect(await shell(script)).toBe(output);
  });
});

describe('a command tool that fails', () => {
  it.each([
    ['exit 3', 'command-failed', 'exit code 3.'],
    ['echo a >&2; echo no such room. >&2; exit 1', 'command-failed', 'exit code 1: no such room.'],
    ["printf 'a\\033[31mb\\tc\\r\\n\\n' >&2; exit 1", 'command-failed', ': a [31mb c.'],
    ['kill -9 $$', 'command-killed', 'SIGKILL'],
    ['kill -SEGV $$', 'command-killed', 'SIGSEGV'],
    ['kill -9 $PPID; sleep 100', 'supervisor-killed', ''],
    ['exit 126', 'command-in-script-not-executable', ''],
    ['no-such-command', 'command-in-script-missing', 'no-such-command: command not'],
    ['yes', 'output-too-long', '16 KB'],
  ])('gives a code and names the tool: %s', async (script, code, text) => {
    const error = await failure(shell(script));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
    expect(error.message).toContain('lamp');
  });

  it('gives at most 200 characters of the last line', async () => {
    const { message } = await failure(shell('printf "%01000d" 0 >&2; exit 1'));
    expect(/0+/.exec(message)?.[0]).toHaveLength(200);
  });

  it('names the program that is missing, by name or by path', async () => {
    for (const program of ['no-such-program', '/no/such/program'])
      expect(await failure(call([program]))).toMatchObject({
        code: 'program-missing',
        message: expect.stringContaining(program),
      });
  });

  it('names the script whose interpreter is missing', async () => {
    const program = file('script', '#!/no/such/interpreter\n', 0o755);
    expect(await failure(call([program]))).toMatchObject({
      code: 'interpreter-missing',
      message: expect.stringContaining(program),
    });
  });

  it('says that it is not executable, or not a program', async () => {
    const program = file('plain', '#!/bin/sh\necho ran\n', 0o644);
    expect((await failure(call([program]))).code).toBe('not-executable');
    expect((await failure(call([folder]))).code).toBe('not-executable');
    // The kernel refuses the format, and execvp then runs it with sh, as every shell does.
    expect((await failure(call([file('noise', '\x01\x02\x03\0\n', 0o755)]))).message).toContain('lamp');
  });

  it('says that perl is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    expect((await failure(call(['/bin/true']))).code).toBe('perl-missing');
  });

  it('says that arguments are invalid', async () => {
    expect(await failure(call(['true', 'a\0b']))).toMatchObject({
      code: 'supervisor-not-started',
      message: expect.stringContaining('null bytes'),
    });
  });
});

describe('a command tool that is aborted', () => {
  const abortedWith = (reason?: unknown): Promise<ToolError> => {
    const controller = new AbortController();
    const running = tool(['sleep', '1000']).run({}, controller.signal);
    setTimeout(() => controller.abort(reason), 100);
    return failure(running);
  };

  it('fails with the reason, where that is for the service', async () => {
    const reason = new ToolError('too-long', 'It took too long.');
    expect(await abortedWith(reason)).toBe(reason);
    expect((await abortedWith()).code).toBe('cancelled');
    expect((await abortedWith(new Error('internal'))).code).toBe('cancelled');
  });

  it('is not started where it was aborted before', async () => {
    const started = join(folder, 'started');
    const running = tool(['touch', started]).run({}, AbortSignal.abort());
    expect((await failure(running)).code).toBe('cancelled');
    expect(existsSync(started)).toBe(false);
  });
});
