import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import { createCommandTool } from '../../../src/tools/command/command-tool.ts';
import type { ToolArguments } from '../../../src/tools/tool.ts';
import { failure } from '../../rigs/failure.ts';

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
    ['yes', 'output-too-long', 'without end'],
  ])('gives a code and names the tool: %s', async (script, code, text) => {
    const failing = shell(script);
    await expect(failing).rejects.toThrow(failure(code, text));
    await expect(failing).rejects.toThrow('lamp');
  });

  it('gives at most 200 characters of the last line', async () => {
    const failing = shell('printf "%01000d" 0 >&2; exit 1');
    await expect(failing).rejects.toThrow(failure('command-failed', /[^0]0{200}[^0]*$/));
  });

  it('names the program that is missing, by name or by path', async () => {
    for (const program of ['no-such-program', '/no/such/program'])
      await expect(call([program])).rejects.toThrow(failure('command-missing', program));
  });

  it('names the script whose interpreter is missing', async () => {
    const program = file('script', '#!/no/such/interpreter\n', 0o755);
    await expect(call([program])).rejects.toThrow(failure('interpreter-missing', program));
  });

  it('says that it is not executable, or not a program', async () => {
    const program = file('plain', '#!/bin/sh\necho ran\n', 0o644);
    await expect(call([program])).rejects.toThrow(failure('not-executable'));
    await expect(call([folder])).rejects.toThrow(failure('not-executable'));
    // The kernel refuses the format, and execvp then runs it with sh, as every shell does.
    await expect(call([file('noise', '\x01\x02\x03\0\n', 0o755)])).rejects.toThrow('lamp');
  });

  it('says that perl is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(call(['/bin/true'])).rejects.toThrow(failure('perl-missing'));
  });

  it('says that arguments are invalid', async () => {
    await expect(call(['true', 'a\0b'])).rejects.toThrow(failure('supervisor-not-started', 'null bytes'));
  });
});

describe('a command tool that is aborted', () => {
  const abortedWith = (reason?: unknown): Promise<unknown> => {
    const controller = new AbortController();
    const running = tool(['sleep', '1000']).run({}, controller.signal);
    setTimeout(() => controller.abort(reason), 100);
    return running;
  };

  it('fails with the reason, where that is for the service', async () => {
    const reason = new ToolError('too-long', 'It took too long.');
    await expect(abortedWith(reason)).rejects.toBe(reason);
    await expect(abortedWith()).rejects.toThrow(failure('cancelled'));
    await expect(abortedWith(new Error('internal'))).rejects.toThrow(failure('cancelled'));
  });

  it('is not started where it was aborted before', async () => {
    const started = join(folder, 'started');
    const running = tool(['touch', started]).run({}, AbortSignal.abort());
    await expect(running).rejects.toThrow(failure('cancelled'));
    expect(existsSync(started)).toBe(false);
  });
});
