// The parrot in a process of its own, so that it can be paused, killed and restarted like a service on the
// network. It accepts one key only.

import { realpathSync } from 'node:fs';
import { Child } from '../../../src/adapters/child.ts';
import { startParrot } from '../../../src/parrot/parrot.ts';
import type { CallTrigger } from '../../../src/parrot/triggers.ts';
import { isHalted } from '../../rigs/processes.ts';
import { waitFor } from './wait-for.ts';

const PORT = 8765;
export const PARROT_URL = `ws://127.0.0.1:${PORT}/v1/realtime`;
/** The command of main.ts that runs the parrot. */
export const PARROT = 'parrot';

/** Passed on stdin, because arguments are public. */
export interface ParrotOptions {
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

/** Runs in the process. A signal ends it. */
export const runParrot = async (options: string): Promise<void> => {
  const { key, calls, pausesBeforeReply } = JSON.parse(options) as ParrotOptions;
  const pausing = { replies: () => ({ items: [{ audio: pauseAndEcho }] }) };
  const server = await startParrot({
    dialect: 'ga',
    port: PORT,
    key,
    calls,
    ...(pausesBeforeReply ? pausing : {}),
  });
  process.stdout.write(`${server.url}\n`);
};

export class ParrotProcess {
  readonly #child: Child;
  #output = '';
  #errors = '';

  constructor(options: ParrotOptions) {
    const program = realpathSync(process.argv[1] ?? '');
    this.#child = new Child(process.execPath, [program, PARROT], {
      stdin: 'pipe',
      onOutput: (chunk) => {
        this.#output += chunk.toString('utf8');
      },
      onExit: (_code, _signal, errors) => {
        this.#errors = errors;
      },
    });
    this.#child.stdin?.end(JSON.stringify(options));
  }

  ready(): Promise<void> {
    const listening = (): boolean => this.#output.includes('ws://');
    return waitFor(listening, 'the parrot to listen', undefined, () => this.#errors);
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

  async stop(): Promise<void> {
    await this.#child.kill();
  }

  get #pid(): number {
    return this.#child.pid ?? 0;
  }
}
