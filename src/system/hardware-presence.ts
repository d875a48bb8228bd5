// Whether the sound cards and the network are present, without opening a card: the kernel lists its cards by id
// below /sys, and its interfaces with their addresses. Only a device whose name says its card is looked for:
// "default" may be a sound server, and only opening it shows whether it works.

import { readdirSync, readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { HardwarePresence, MissingHardware } from '../core/ports.ts';

export interface SoundDevice {
  /** As ALSA and the configuration know it. */
  readonly device: string;
  /** The id or the number of its card; undefined where the name does not say. */
  readonly card: string | undefined;
}

export interface HardwarePresenceOptions {
  readonly microphone?: SoundDevice;
  readonly loudspeaker?: SoundDevice;
  /** The address of the service. */
  readonly url: string;
  /** Where the kernel lists sound cards. Default: /sys/class/sound. */
  readonly cards?: string;
  readonly interfaces?: () => Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;
}

/** The ids and the numbers of all cards. */
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
    // Without the folder there is no card. A card that is unplugged during the reading is missing, too.
  }
  return found;
};

const isOnThisMachine = (url: string): boolean =>
  /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);

/** Link-local addresses are not routed: a machine assigns them to itself. */
const isRoutable = ({ internal, address }: NetworkInterfaceInfo): boolean =>
  !internal && !/^(169\.254\.|fe80:)/i.test(address);

const missingCard = ({
  what,
  device,
}: {
  what: 'microphone' | 'loudspeaker';
  device: string;
}): MissingHardware => ({
  what,
  code: `${what}-missing`,
  severity: 'temporary',
  sentence: `There is no ${what} "${device}": plug it in.`,
});

const missingNetwork: MissingHardware = {
  what: 'network',
  code: 'network-missing',
  severity: 'temporary',
  sentence: 'There is no network: check the cable, or the Wi-Fi ("nmcli device").',
};

export const createHardwarePresence = (options: HardwarePresenceOptions): HardwarePresence => {
  const { cards = '/sys/class/sound', interfaces = networkInterfaces } = options;
  const needsNetwork = !isOnThisMachine(options.url);
  const named = (['microphone', 'loudspeaker'] as const).flatMap((what) => {
    const { device = '', card } = options[what] ?? {};
    return card === undefined ? [] : [{ what, device, card }];
  });
  const isOnline = (): boolean =>
    Object.values(interfaces())
      .flat()
      .some((one) => one !== undefined && isRoutable(one));
  return {
    missing() {
      const present = named.length === 0 ? new Set() : presentCards(cards);
      const lost = named.find(({ card }) => !present.has(card));
      if (lost !== undefined) return missingCard(lost);
      return needsNetwork && !isOnline() ? missingNetwork : undefined;
    },
  };
};
