// The configuration as shipped, config/parley.toml, as a text that is filled in for a machine: every key
// stands on a line of its own, off ("# key = ...") where it has no default, and its comments are the manual.
// So it is handled by lines, and what comes out is read by the same rules as any other configuration.

import { ConfigError, parseConfig } from './config.ts';

/** One answer: `key` as "table.key", `value` as a person types it. */
export interface Setting {
  readonly key: string;
  readonly value: string;
}

interface Line {
  readonly text: string;
  /** "table.key", where the line holds one, switched off or not. */
  readonly key: string | undefined;
  readonly isOff: boolean;
  readonly value: string;
}

const linesOf = (toml: string): Line[] => {
  let table = '';
  return toml.split('\n').map((text) => {
    table = /^\[([\w.]+)\]\s*$/.exec(text)?.[1] ?? table;
    // One space: examples in comments are indented further.
    const [, off, name, value = ''] = /^(# )?([\w-]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
    const key = name === undefined ? undefined : `${table}.${name}`;
    return { text, key, isOff: off !== undefined, value };
  });
};

const check = (toml: string): void => {
  try {
    parseConfig(toml, '--set');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.message.replaceAll(/^--set:\d+: /gm, '--set '));
  }
};

/** As TOML: a text in quotes where the shipped value is one. */
const literal = ({ value }: Setting, shipped: Line | undefined): string => {
  const isPlain = /^(true|false|[+-]?\d+(\.\d+)?)$/.test(value);
  return isPlain && !shipped?.value.startsWith('"') ? value : JSON.stringify(value);
};

/**
 * `shipped` with these settings in place of its defaults, comments kept; a later setting of a key wins.
 * @throws ConfigError with a line for every setting that no configuration takes
 */
export const fillIn = (shipped: string, settings: readonly Setting[]): string => {
  const lines = linesOf(shipped);
  const wanted = new Map(
    settings.map((setting) => {
      const line = lines.find(({ key }) => key === setting.key);
      return [setting.key, literal(setting, line)] as const;
    }),
  );
  const asToml = [...wanted].map(([key, value]) => `${key} = ${value}`);
  check(asToml.join('\n'));
  const filled = lines.map(({ text, key }) => {
    const value = key === undefined ? undefined : wanted.get(key);
    return value === undefined ? text : `${key?.split('.').at(-1)} = ${value}`;
  });
  const lost = [...wanted.keys()].filter((key) => !lines.some((line) => line.key === key));
  if (lost.length > 0)
    throw new ConfigError(
      `--set ${lost.join(', ')}: add this to the file by hand, it is not in it as shipped.`,
    );
  return filled.join('\n');
};

/** `shipped` for a service that wants no key: [realtime.headers] with nothing under it. */
export const withoutKey = (shipped: string): string =>
  linesOf(shipped)
    .map(({ text, key, isOff }) => (key?.startsWith('realtime.headers.') && !isOff ? `# ${text}` : text))
    .join('\n');

/**
 * What `shipped` has and `own` has nowhere, not even switched off, as lines "table.key = default".
 * @param since an older configuration as shipped: what that one had is not new
 */
export const newKeys = (shipped: string, own: string, since = ''): string[] => {
  const known = new Set([...linesOf(own), ...linesOf(since)].map(({ key }) => key));
  return linesOf(shipped).flatMap(({ key, isOff, value }) =>
    key === undefined || known.has(key) ? [] : [`${key} = ${value}${isOff ? ' (off)' : ''}`],
  );
};
