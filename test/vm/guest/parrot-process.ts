// The parrot, in a process of its own so that it can be halted, killed and started anew like a service on the
// network. It takes one key and no other. Where it is to be thoughtful it halts itself before each reply.

import { realpathSync } from 'node:fs';
import type { CallTrigger } from '../../../src/parrot/responses/triggers.ts';
import { startParrot } from '../../../src/parrot/server/parrot.ts';
import { Child } from '../../../src/system/child-process.ts';
import { isHalted } from '../../rigs/processes.ts';
import { becomes } from './waiting.ts';

const PORT = 8765;
export const PARROT_URL = `ws://127.0.0.1:${PORT}/v1/realtime`;
/** The word by which main.ts knows that it is to be the parrot. */
export const PARROT = 'parrot';

/** What the process is told by stdin, for arguments are public. */
export interface ParrotOrders {
  /** The only one that it takes. */
  readonly key: string;
  /** What it calls, and when. */
  readonly calls: readonly CallTrigger[];
  /** Whether it halts itself before each reply that is not a call. */
  readonly thoughtful: boolean;
}

const haltAndSayBack = (utterance: Buffer): Buffer => {
  process.kill(process.pid, 'SIGSTOP');
  return utterance;
};

/** The inside of the process. It ends by a signal. */
export const beParrot = async (orders: string): Promise<void> => {
  const { key, calls, thoughtful } = JSON.parse(orders) as ParrotOrders;
  const thinking = { replies: () => ({ items: [{ audio: haltAndSayBack }] }) };
  const server = await startParrot({
    dialect: 'ga',
    port: PORT,
    key,
    calls,
    ...(thoughtful ? thinking : {}),
  });
  process.stdout.write(`${server.url}\n`);
};

export class ParrotProcess {
  readonly #child: Child;
  #output = '';
  #errors = '';

  constructor(orders: ParrotOrders) {
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
    this.#child.stdin?.end(JSON.stringify(orders));
  }

  ready(): Promise<void> {
    const listening = (): boolean => this.#output.includes('ws://');
    return becomes(listening, 'the parrot to listen', undefined, () => this.#errors);
  }

  /** It no longer answers; connections to it are neither taken nor refused. */
  async halt(): Promise<void> {
    process.kill(this.#pid, 'SIGSTOP');
    await this.untilHalted();
  }

  /** By us, or by itself because it thinks. */
  untilHalted(): Promise<void> {
    return becomes(() => isHalted(this.#pid), 'the parrot to be halted');
  }

  goOn(): void {
    process.kill(this.#pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.#child.kill();
  }

  get #pid(): number {
    return this.#child.pid ?? 0;
  }
}
