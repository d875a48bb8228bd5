// The parrot in a process of its own, so that it can be paused like a service on the network. One process serves
// all tests of a scenario, because starting Node is slow under emulation.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { type Parrot, startParrot } from '../../../src/parrot/server/parrot.ts';
import { isHalted } from '../../rigs/processes.ts';
import { waitFor } from './wait-for.ts';

const PORT = 8765;
export const PARROT_URL = `ws://127.0.0.1:${PORT}/v1/realtime`;
/** The command of main.ts that runs the parrot. */
export const PARROT = 'parrot';

/** Passed on stdin, because arguments are public. */
export interface ServeOptions {
  /** The only one that it accepts. */
  readonly key: string;
  /** The tool calls that it makes. */
  readonly calls: readonly CallTrigger[];
  /** Whether it pauses itself before each reply that is not a call. */
  readonly pausesBeforeReply: boolean;
}

const pauseAndEcho = (utterance: Buffer): Buffer => {
  process.kill(process.pid, 'SIGSTOP');
  return utterance;
};

const serve = ({ key, calls, pausesBeforeReply }: ServeOptions): Promise<Parrot> => {
  const pausing = { replies: () => ({ items: [{ audio: pauseAndEcho }] }) };
  return startParrot({ dialect: 'ga', port: PORT, key, calls, ...(pausesBeforeReply ? pausing : {}) });
};

/**
 * Runs in the process: each line of stdin is a JSON value, the options of the next server or null for none, and
 * is answered with a line. It ends with its stdin.
 */
export const runParrot = async (): Promise<void> => {
  let parrot: Parrot | undefined;
  process.stdout.write('started\n');
  for await (const line of createInterface({ input: process.stdin })) {
    await parrot?.close();
    const options = JSON.parse(line) as ServeOptions | null;
    parrot = options === null ? undefined : await serve(options);
    process.stdout.write('done\n');
  }
  process.exit();
};

export class ParrotProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #answers = 0;
  #requests = 1;

  constructor() {
    const program = realpathSync(process.argv[1] ?? '');
    this.#child = spawn(process.execPath, [program, PARROT], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#answers += chunk.toString('utf8').split('\n').length - 1;
    });
    // Without a reference: it ends with us, and does not keep us running.
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout]) (stream as Readable & Unref).unref();
  }

  /** Resolves when the program is loaded, or has finished the last command. */
  ready(): Promise<void> {
    return waitFor(() => this.#answers >= this.#requests, 'the parrot');
  }

  /** Starts a server in place of the one before; resolves when it listens. */
  serve(options: ServeOptions): Promise<void> {
    return this.#send(options);
  }

  /** Ends the server, so that connections are refused. */
  close(): Promise<void> {
    this.resume();
    return this.#send(null);
  }

  /** It no longer answers; connections to it are neither accepted nor refused. */
  async pause(): Promise<void> {
    process.kill(this.#pid, 'SIGSTOP');
    await this.untilPaused();
  }

  /** By `pause`, or by itself before a reply. */
  untilPaused(): Promise<void> {
    return waitFor(() => isHalted(this.#pid), 'the parrot to be paused');
  }

  resume(): void {
    process.kill(this.#pid, 'SIGCONT');
  }

  async #send(options: ServeOptions | null): Promise<void> {
    await this.ready();
    this.#requests += 1;
    this.#child.stdin.write(`${JSON.stringify(options)}\n`);
    await this.ready();
  }

  get #pid(): number {
    return this.#child.pid ?? 0;
  }
}

interface Unref {
  unref(): void;
}

let parrot: ParrotProcess | undefined;

/** The process of this scenario; started before the snapshot is made. */
export const parrotProcess = (): ParrotProcess => {
  parrot ??= new ParrotProcess();
  return parrot;
};
