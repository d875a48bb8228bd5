// Which sound card the name of an ALSA device means. The syntax is ALSA's own (parse_args in alsa-lib's conf.c):
// the name of a PCM, a colon, then values by position or as KEY=value, quoted or not, or key and value pairs in
// braces: "hw:1,0", 'plughw:CARD="Box",DEV=0', "plug:SLAVE='dmix:Box'", "sysdefault:{CARD Box}".

export interface CardReference {
  /** The id of the card, or its number in decimal: "Box", "1". */
  readonly card: string;
  /** The number of the PCM device on the card; undefined where the name does not give one. */
  readonly pcm: number | undefined;
}

/** PCMs of alsa.conf whose parameters are CARD, DEV, where DEV is the number of the PCM device. */
const cardAndDevice = new Set(['hw', 'plughw', 'dmix', 'dsnoop']);
/** Other PCMs of alsa.conf whose first parameter is CARD. Their DEV, if any, counts something else. */
const cardFirst = new Set([
  ...cardAndDevice,
  ...['default', 'sysdefault', 'front', 'rear', 'center_lfe', 'side', 'iec958', 'spdif', 'hdmi', 'usbstream'],
  ...['surround21', 'surround40', 'surround41', 'surround50', 'surround51', 'surround71'],
  ...['modem', 'phoneline'],
]);
/** PCMs whose first parameter is the name of another PCM. */
const slaveFirst = new Set(['plug', 'tee']);

const quoted = String.raw`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`;
const argument = new RegExp(String.raw`\s*(?:([^\s=,"']+)=\s*)?(${quoted}|(?!["'])[^,=]*)(?:,|$)`, 'gy');
const pairInBraces = new RegExp(String.raw`(\w+)\s*[=\s]\s*(${quoted}|[^\s,;}]+)`, 'g');

/** Without quotes, and with each escaped character as it is. */
const unquoted = (value: string): string =>
  /^["']/.test(value)
    ? value
        .slice(1, -1)
        .replace(/\\([0-7]{1,3})|\\(.)/gs, (_escape, octal?: string, character?: string) =>
          octal === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(octal, 8)),
        )
    : value;

/** Values by key, those without a key by their position: "0", "1". A later value replaces an earlier one. */
const parseArguments = (text: string): Map<string, string> => {
  if (/^\s*\{/.test(text))
    return new Map(
      [...text.matchAll(pairInBraces)].map(([, key = '', value = '']) => [key, unquoted(value)]),
    );
  const found = [...text.matchAll(argument)];
  return new Map(found.map(([, key, value = ''], at) => [key ?? String(at), unquoted(value)]));
};

/** ALSA takes one or two digits for a number, and everything else for an id. */
const idOrNumber = (card: string): string => (/^\d\d?$/.test(card) ? String(Number(card)) : card);

/**
 * The card that a device name means.
 * @param device as ALSA and the configuration know it
 * @returns undefined where the name does not say: "default", or a PCM that only asound.conf knows
 */
export const cardOf = (device: string): CardReference | undefined => {
  const [, path = '', text = ''] = /^([^:]*):(.*)$/s.exec(device) ?? [];
  // A name with dots in it starts at the root of ALSA's configuration: "pcm.hw:1".
  const pcm = path.split('.').at(-1) ?? '';
  const args = parseArguments(text);
  const slave = args.get('SLAVE') ?? (slaveFirst.has(pcm) ? args.get('0') : undefined);
  if (slave !== undefined) return cardOf(slave);
  const card = args.get('CARD') ?? (cardFirst.has(pcm) ? args.get('0') : undefined);
  // The path of a control device is a card too, and the kernel lists none by its path.
  if (card === undefined || card === '' || card.startsWith('/')) return undefined;
  const number = cardAndDevice.has(pcm) ? Number(args.get('DEV') ?? args.get('1') ?? 0) : Number.NaN;
  return { card: idOrNumber(card), pcm: Number.isInteger(number) ? number : undefined };
};
