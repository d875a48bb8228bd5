// The microphone without a card: how it handles every behaviour of the program that records.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChildMicrophone } from '../../src/audio/child-microphone.ts';
import { arecordCommand } from '../../src/audio/commands.ts';
import type { Microphone } from '../../src/core/ports.ts';
import { failureOf } from '../rigs/failing-microphone.ts';
import { childrenNamed } from '../rigs/processes.ts';
import { piecesOf, ramp, soundOf } from '../rigs/samples.ts';
import { until } from '../rigs/until.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-recorder-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A program that records by a script. */
const program = (script: string, name = 'recorder'): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const microphoneOf = (script: string): Microphone =>
  createChildMicrophone({
    command: program(script),
    args: [],
    kind: 'microphone',
    device: 'mic',
    program: 'recorder',
  });

const start = (microphone: Microphone) => {
  const frames: Buffer[] = [];
  const codes: string[] = [];
  const session = {
    frames,
    codes,
    onFrame: (): void => undefined,
    frame: (pcm: Buffer): void => {
      frames.push(pcm);
      session.onFrame();
    },
    failed: ({ code }: { readonly code: string }): void => void codes.push(code),
    untilFrames: (count: number): Promise<void> => until(() => frames.length >= count, `${count} frames`),
  };
  microphone.start(session);
  return session;
};

describe('a microphone and the program that records', () => {
  it('asks arecord for raw sound in short periods', async () => {
    program('echo "$*" >&2; exit 1', 'arecord');
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    expect(await failureOf(createChildMicrophone(arecordCommand('plughw:1')))).toMatchObject({
      code: 'card-failed',
      sentence: expect.stringContaining(
        '-q -D plughw:1 -t raw -f S16_LE -r 24000 -c 1 --period-time=20000 --buffer-time=200000 -',
      ),
    });
  });

  it('joins chunks of odd lengths', async () => {
    const sound = ramp(4_800);
    const chunks = piecesOf(sound, 1_237).map((chunk, at) => {
      const file = join(folder, `chunk${at}`);
      writeFileSync(file, chunk);
      return `cat ${file}; sleep 0.01`;
    });
    const microphone = microphoneOf(`${chunks.join('\n')}\nexec sleep 1000`);
    const { frames, codes, untilFrames } = start(microphone);
    await untilFrames(10);
    expect(soundOf(Buffer.concat(frames))).toEqual(soundOf(sound));
    await microphone.stop();
    expect(codes).toEqual([]);
  });

  it('reports a card that delivers no more sound', async () => {
    const microphone = microphoneOf('head -c 9600 /dev/zero; exec sleep 1000');
    const { codes } = start(microphone);
    await until(() => codes.length > 0, 'the failure');
    expect(codes).toEqual(['device-stalled']);
    // Without a stop.
    await until(() => childrenNamed('sleep').length === 0, 'the end of the recording');
    await microphone.stop();
  });

  it("does not take Parley's own stall for one of the card", async () => {
    const microphone = microphoneOf('exec cat /dev/zero');
    const { frames, codes, untilFrames } = start(microphone);
    await untilFrames(1);
    // Blocks the event loop for longer than a card may be quiet; the pipe is full after it.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    await untilFrames(frames.length + 100);
    expect(codes).toEqual([]);
    await microphone.stop();
  });

  it('reports a recording that ends by itself', async () => {
    expect((await failureOf(microphoneOf('exit 0'))).code).toBe('card-failed');
  });

  it('drops what a stopped recording still delivers', async () => {
    const microphone = microphoneOf(
      'trap "head -c 9600 /dev/urandom; exit 1" TERM; head -c 960 /dev/zero; while :; do sleep 0.01; done',
    );
    const first = start(microphone);
    await first.untilFrames(1);
    void microphone.stop();
    const second = start(microphone);
    await second.untilFrames(1);
    await microphone.stop();
    expect(soundOf(Buffer.concat([...first.frames, ...second.frames]))).toEqual([]);
    expect([...first.codes, ...second.codes]).toEqual([]);
  });

  it('can be stopped in the middle of a chunk', async () => {
    const microphone = microphoneOf('head -c 9600 /dev/zero; exec sleep 1000');
    const session = start(microphone);
    let stopped: Promise<void> | undefined;
    session.onFrame = () => {
      stopped = microphone.stop();
    };
    await session.untilFrames(1);
    await stopped;
    expect(session.frames).toHaveLength(1);
  });

  it('leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const microphone = microphoneOf('head -c 960 /dev/zero; exec sleep 1000');
      const session = start(microphone);
      await new Promise<void>((resolve) => {
        session.onFrame = resolve;
      });
      expect(vi.getTimerCount()).toBe(1);
      await microphone.stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends the program with Parley, and gives it no secrets', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'private');
    writeFileSync(join(folder, 'setpriv'), '#!/bin/sh\nexport BOUND="$1 $2 $3 $4 $5"\nshift 5\nexec "$@"\n');
    chmodSync(join(folder, 'setpriv'), 0o755);
    vi.stubEnv('PATH', folder);
    const file = join(folder, 'env');
    await failureOf(microphoneOf(`/usr/bin/env >${file}; exit 1`));
    const environment = readFileSync(file, 'utf8');
    expect(environment).toContain('BOUND=--pdeathsig KILL -- env --ignore-signal=USR1\n');
    expect(environment).not.toContain('private');
  });

  it('ends a program that ignores SIGTERM', async () => {
    const microphone = microphoneOf('trap "" TERM; head -c 960 /dev/zero; while :; do sleep 0.01; done');
    await start(microphone).untilFrames(1);
    await microphone.stop();
    expect(childrenNamed('recorder')).toEqual([]);
  });

  it.each(['with setpriv', 'without setpriv'])('reports a program that is missing, %s', async (how) => {
    if (how === 'without setpriv') vi.stubEnv('PATH', '/nonexistent');
    const use = { kind: 'microphone', device: 'mic', program: 'no-recorder' } as const;
    const command = { command: 'no-recorder', args: [], ...use };
    expect((await failureOf(createChildMicrophone(command))).code).toBe('program-missing');
  });

  it('survives a device name that no program can get', async () => {
    expect((await failureOf(createChildMicrophone(arecordCommand('a\0b')))).code).toBe('device-name-invalid');
  });
});
