// Removes secrets from everything that the doctor prints: known ones, and text that looks like one. From a file that
// people post in public it also removes personal data: addresses, names of people, hosts and networks, speech, and
// long random words, which may be keys of other programs. What is not known is recognised by its form, and in doubt
// removed.

import { isIPv6 } from 'node:net';
import { createMask } from '../../core/redact-secrets.ts';
import { isSecretName } from '../../core/secret-names.ts';
import { transcriptLabels } from '../../core/transcript.ts';

const secretPatterns: readonly (readonly [RegExp, string])[] = [
  [/\bsk-[\w*.-]{3,}/g, '[secret]'],
  [/\b(Bearer|Basic)\s+(?=\S*\d|\S{20})[\w+/=.~*-]{6,}/gi, '$1 [secret]'],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]+)?/g, '[secret]'],
  [/(\w:\/\/)[^\s/@"']+@/g, '$1[secret]@'],
];

/** @param secrets known ones, in any order; empty ones are ignored */
export const createSecretFilter = (secrets: readonly string[]): ((text: string) => string) => {
  const mask = createMask(secrets);
  return (text) =>
    secretPatterns.reduce(
      (filtered, [pattern, replacement]) => filtered.replaceAll(pattern, replacement),
      mask.text(text),
    );
};

/** The values of variables whose names say that they are secret. */
export const environmentSecrets = (environment: NodeJS.ProcessEnv): string[] =>
  Object.entries(environment).flatMap(([name, value]) =>
    isSecretName(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );

/** Names that identify no person, and without which the file would be hard to read. */
const commonNames = new Set(['parley', 'raspberrypi', 'raspberry', 'debian', 'localhost', 'root', 'node']);
const MIN_NAME_LENGTH = 3;

const spokenLine = new RegExp(`(?<![\\w"])(${Object.values(transcriptLabels).join('|')}): .*$`, 'gm');

/** `text`, with lines of the log in it, as JSON or as text, without what people and replies said. */
export const withoutSpeech = (text: string): string =>
  text
    .replaceAll(/("(?:text|transcript)"\s*:\s*)"(?:[^"\\\n]|\\.)*("|$)/gm, '$1"[what was said]"')
    .replaceAll(spokenLine, '$1: [what was said]');

const withoutAddresses = (text: string): string =>
  text
    .replaceAll(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi, '[MAC address]')
    .replaceAll(/(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi, (match) =>
      isIPv6(match) && match !== '::' && match !== '::1' ? '[address]' : match,
    )
    .replaceAll(/(?<!\d|\d\.)(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)/g, '[address]');

/** A random word has at least as many letters, digits, and changes between letters and digits. */
const minRandom = { length: 28, digits: 4, changes: 6 };

const isRandom = (word: string): boolean => {
  const kinds = [...word.replaceAll(/[^a-z0-9]/gi, '')].map((letter) => letter >= '0' && letter <= '9');
  const digits = kinds.filter((isDigit) => isDigit).length;
  const changes = kinds.filter((isDigit, at) => at > 0 && isDigit !== kinds[at - 1]).length;
  return word.length >= minRandom.length && digits >= minRandom.digits && changes >= minRandom.changes;
};

const withoutRandomWords = (text: string): string =>
  text.replaceAll(/[\w+-]{28,}/g, (word) => (isRandom(word) ? '[random]' : word));

const withoutName = (text: string, name: string | undefined, replacement: string): string => {
  if (name === undefined || name.length < MIN_NAME_LENGTH || commonNames.has(name.toLowerCase())) return text;
  const literal = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return text.replaceAll(new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, 'giu'), replacement);
};

/** Removes all personal data except speech and secrets. */
export const createPrivacyFilter =
  (hostName: string, userName?: string): ((text: string) => string) =>
  (text) => {
    const networks = [...text.matchAll(/^\s*ssid (.+)$/gm)].map(([, name]) => name?.trim());
    const named = text
      .replaceAll(/^(\s*ssid ).+$/gm, '$1[network]')
      .replaceAll(/(\/home\/)[^/\s"':]+/g, '$1[user]');
    // The longer names first: the others may be a part of them.
    const names = [
      ...networks.map((name) => [name, '[network]'] as const),
      [hostName, '[host]'],
      [hostName.split('.')[0], '[host]'],
      [userName, '[user]'],
    ] as const;
    const nameless = names.reduce((left, [name, replacement]) => withoutName(left, name, replacement), named);
    return withoutRandomWords(withoutAddresses(nameless));
  };
