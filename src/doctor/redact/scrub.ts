// Keeps secrets out of everything that the doctor says: those that are known, and whatever looks like one.

import { createMask } from '../../core/redact-secrets.ts';

const looksSecret: readonly (readonly [RegExp, string])[] = [
  [/\bsk-[\w*.-]{3,}/g, '[secret]'],
  [/\b(Bearer|Basic)\s+(?=\S*\d|\S{20})[\w+/=.~*-]{6,}/gi, '$1 [secret]'],
  [/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]+)?/g, '[secret]'],
  [/(\w:\/\/)[^\s/@"']+@/g, '$1[secret]@'],
];

/** @param secrets known ones, in any order; empty ones do not count */
export const createScrub = (secrets: readonly string[]): ((text: string) => string) => {
  const mask = createMask(secrets);
  return (text) =>
    looksSecret.reduce(
      (scrubbed, [pattern, instead]) => scrubbed.replaceAll(pattern, instead),
      mask.text(text),
    );
};

const secretName = /(_KEY|_TOKEN|_SECRET|PASSWORD)$/i;

/** What the environment holds under such a name. */
export const environmentSecrets = (environment: NodeJS.ProcessEnv): string[] =>
  Object.entries(environment).flatMap(([name, value]) =>
    secretName.test(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );
