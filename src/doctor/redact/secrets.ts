// Removes secrets from everything that the doctor prints: known ones, and text that looks like one.

import { createMask } from '../../core/redact-secrets.ts';

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

const secretName = /(_KEY|_TOKEN|_SECRET|PASSWORD)$/i;

/** The values of variables whose names say that they are secret. */
export const environmentSecrets = (environment: NodeJS.ProcessEnv): string[] =>
  Object.entries(environment).flatMap(([name, value]) =>
    secretName.test(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );
