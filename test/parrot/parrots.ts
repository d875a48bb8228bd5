// Parrots that a test has started, and their clients.

import { type Parrot, type ParrotOptions, startParrot } from '../../src/parrot/server/parrot.ts';
import { Client } from './client.ts';

export const MODEL = '?model=gpt-realtime-2.1';

export const visit = (parrot: Parrot, headers: Record<string, string> = {}): Client =>
  new Client(`${parrot.url}${MODEL}`, { headers });

export class Parrots {
  readonly #started: Parrot[] = [];

  async start(options: Partial<ParrotOptions> = {}): Promise<Parrot> {
    const parrot = await startParrot({ dialect: 'ga', ...options });
    this.#started.push(parrot);
    return parrot;
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((parrot) => parrot.close()));
  }
}
