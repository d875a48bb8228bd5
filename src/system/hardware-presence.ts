// Whether the cards and the network are there, told without opening a card: the kernel lists its cards by
// their names below /sys, and its interfaces with their addresses. Only a device that names a card is looked
// for; "default" may be a sound server, of which nobody can tell before it is opened.

import { readdirSync, readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { HardwarePresence } from '../core/ports.ts';

export interface HardwarePresenceOptions {
  /** As ALSA knows them, from the configuration. */
  readonly microphone: string;
  readonly loudspeaker: string;
  /** Where the service is. */
  readonly url: string;
  /** Where the kernel lists sound cards, usually /sys/class/sound. */
  readonly cards?: string;
  readonly interfaces?: () => Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;
}

/** The card that a device names, by its name or its number: "plughw:CARD=Mic,DEV=0", "hw:1,0"; else undefined. */
export const cardOf = (device: string): string | undefined =>
  /^\w+:(?:.*,)?CARD=([^,]+)/.exec(device)?.[1] ?? /^(?:plug)?hw:(\w+)/.exec(device)?.[1];

/** The names and the numbers of all cards. */
const presentCards = (folder: string): Set<string> => {
  const found = new Set<string>();
  try {
    for (const name of readdirSync(folder)) {
      const number = /^card(\d+)$/.exec(name)?.[1];
      if (number === undefined) continue;
      found.add(number);
      found.add(readFileSync(join(folder, name, 'id'), 'utf8').trim());
    }
  } catch {
    // Without the folder there is no card; one that goes while we read is not there any more.
  }
  return found;
};

const isOnThisMachine = (url: string): boolean =>
  /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

class SysfsHardwarePresence implements HardwarePresence {
  readonly #cards: string;
  readonly #interfaces: NonNullable<HardwarePresenceOptions['interfaces']>;
  readonly #needsNetwork: boolean;
  readonly #devices: readonly { readonly kind: string; readonly device: string; readonly card: string }[];

  constructor(options: HardwarePresenceOptions) {
    this.#cards = options.cards ?? '/sys/class/sound';
    this.#interfaces = options.interfaces ?? networkInterfaces;
    this.#needsNetwork = !isOnThisMachine(options.url);
    this.#devices = (['microphone', 'loudspeaker'] as const).flatMap((kind) => {
      const card = cardOf(options[kind]);
      return card === undefined ? [] : [{ kind, device: options[kind], card }];
    });
  }

  missing(): string | undefined {
    const cards = this.#devices.length === 0 ? new Set() : presentCards(this.#cards);
    const lost = this.#devices.find(({ card }) => !cards.has(card));
    if (lost !== undefined) return `There is no ${lost.kind} "${lost.device}": plug it in.`;
    if (this.#needsNetwork && !this.#isOnline())
      return 'There is no network: check the cable, or the Wi-Fi ("nmcli device").';
    return undefined;
  }

  #isOnline(): boolean {
    return Object.values(this.#interfaces()).some((addresses = []) =>
      // An address that a machine gives itself leads nowhere.
      addresses.some(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address)),
    );
  }
}

export const createHardwarePresence = (options: HardwarePresenceOptions): HardwarePresence =>
  new SysfsHardwarePresence(options);
