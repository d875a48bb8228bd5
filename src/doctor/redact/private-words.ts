// What is nobody's business in a file that is posted in public: addresses, who and where somebody is, what was
// said, and long random words, which may be keys of things that Parley knows nothing of. What it cannot know
// it goes by looks, and takes rather too much.

import { isIPv6 } from 'node:net';

/** Names that tell nothing of anybody, and whose absence would make the file hard to read. */
const common = new Set(['parley', 'raspberrypi', 'raspberry', 'debian', 'localhost', 'root', 'node']);
const shortestName = 3;

/** What the log, a line of JSON each, says of what people and replies said. */
export const withoutSpeech = (text: string): string =>
  text.replaceAll(/("(?:text|transcript)"\s*:\s*)"(?:[^"\\\n]|\\.)*("|$)/gm, '$1"[what was said]"');

const withoutAddresses = (text: string): string =>
  text
    .replaceAll(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '[MAC address]')
    .replaceAll(/(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi, (found) =>
      isIPv6(found) && found !== '::' && found !== '::1' ? '[address]' : found,
    )
    .replaceAll(/(?<!\d|\d\.)(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)/g, '[address]');

const least = { length: 28, digits: 4, changes: 6 };

/** A name of things changes between letters and digits now and then, a random word all the time. */
const isRandom = (word: string): boolean => {
  const kinds = [...word.replaceAll(/[^a-z0-9]/gi, '')].map((letter) => letter >= '0' && letter <= '9');
  const digits = kinds.filter((isDigit) => isDigit).length;
  const changes = kinds.filter((isDigit, at) => at > 0 && isDigit !== kinds[at - 1]).length;
  return word.length >= least.length && digits >= least.digits && changes >= least.changes;
};

const withoutRandomWords = (text: string): string =>
  text.replaceAll(/[\w+-]{28,}/g, (word) => (isRandom(word) ? '[random]' : word));

const withoutName = (text: string, name: string | undefined, instead: string): string => {
  if (name === undefined || name.length < shortestName || common.has(name.toLowerCase())) return text;
  const literal = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replaceAll(new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'giu'), instead);
};

export interface Known {
  readonly hostName: string;
  readonly userName?: string | undefined;
}

/** Everything but speech and secrets. */
export const privacyFilter =
  ({ hostName, userName }: Known): ((text: string) => string) =>
  (text) => {
    const networks = [...text.matchAll(/^\s*ssid (.+)$/gm)].map(([, name]) => name?.trim());
    const named = text
      .replaceAll(/^(\s*ssid ).+$/gm, '$1[network]')
      .replaceAll(/(\/home\/)[^/\s"':]+/g, '$1[user]');
    // Longer than the others, which may be a part of them.
    const names = [
      ...networks.map((name) => [name, '[network]'] as const),
      [hostName, '[host]'],
      [hostName.split('.')[0], '[host]'],
      [userName, '[user]'],
    ] as const;
    const nameless = names.reduce((left, [name, instead]) => withoutName(left, name, instead), named);
    return withoutRandomWords(withoutAddresses(nameless));
  };
