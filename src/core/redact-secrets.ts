// Replaces secrets by "[secret]" in every text that leaves the process, such as the log.

/**
 * Empty secrets are ignored. A text without a secret costs one search for each.
 * @returns `line` masks a finished line of JSON, which stays JSON; `text` masks any other text
 */
export const createMask = (secrets: readonly string[]) => {
  const forms = [...new Set(secrets.filter((secret) => secret !== '').flatMap(formsOf))].sort(
    (one, other) => other.length - one.length,
  );
  const maskText = (text: string): string =>
    forms.reduce((masked, form) => masked.replaceAll(form, '[secret]'), text);
  const holds = (text: string): boolean => forms.some((form) => text.includes(form));
  const maskValue = (value: unknown): unknown => {
    if (typeof value === 'string') return maskText(value);
    if (Array.isArray(value)) return value.map(maskValue);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [maskText(key), maskValue(inner)]),
      );
    return holds(String(value)) ? '[secret]' : value;
  };
  // A secret may look like a part of JSON ("e", "30"). Only values and keys are masked, so the line stays JSON.
  const line = (json: string): string =>
    holds(json) ? `${JSON.stringify(maskValue(JSON.parse(json)))}\n` : json;
  return { line, text: maskText };
};

/** The secret itself, and how it looks in JSON, in JSON inside JSON (two levels), and in a URL. */
const formsOf = (secret: string): string[] => {
  const once = escaped(secret);
  const twice = escaped(once);
  return [secret, once, twice, escaped(twice), encodeURIComponent(secret)];
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
