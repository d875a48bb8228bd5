import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/core/ports.ts';
import { createLog } from '../../src/daemon/log.ts';

/** A log, and the lines that it has written. */
const logged = (level: string, ...secrets: string[]) => {
  const lines: string[] = [];
  const log = createLog({ level, secrets, destination: { write: (line) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
};

describe('a line of the log', () => {
  it('is one JSON object: level, time, facts, sentence', () => {
    const { log, lines, last } = logged('info');
    const port: Log = log;
    port.warn({ code: 'odd', nested: { ms: 1 } }, 'Two\nlines.');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(Object.keys(last())).toStrictEqual(['level', 'time', 'code', 'nested', 'msg']);
    expect(last()).toMatchObject({ level: 'warn', code: 'odd', nested: { ms: 1 }, msg: 'Two\nlines.' });
    expect(new Date(last().time).toISOString()).toBe(last().time);
  });

  it('is written from the level on that is wanted', () => {
    const { log, lines } = logged('warn');
    log.info({}, 'no');
    log.error({}, 'yes');
    expect(lines).toHaveLength(1);
    const silent = logged('silent');
    silent.log.fatal({}, 'no');
    expect(silent.lines).toStrictEqual([]);
  });
});

describe('a secret', () => {
  const secret = 'sk-"quoted"\\back/+=';
  const inLine = (write: (log: ReturnType<typeof createLog>) => void): string => {
    const { log, lines, last } = logged('trace', '', secret);
    write(log);
    expect(last()).toBeTypeOf('object');
    return lines.join('');
  };

  it.each<[string, (log: ReturnType<typeof createLog>) => void]>([
    ['a sentence', (log) => log.info({}, `before ${secret} after ${secret}`)],
    ['a long sentence', (log) => log.info({}, 'x'.repeat(200) + secret)],
    ['a fact', (log) => log.info({ headers: { deep: [{ Authorization: `Bearer ${secret}` }] } }, 'x')],
    ['the name of a fact', (log) => log.info({ [secret]: 1, a: { [secret]: 2 } }, 'x')],
    ['an error', (log) => log.error({ err: new Error(`no ${secret}`, { cause: new Error(secret) }) }, 'x')],
    ['a bare error', (log) => log.error(new Error(secret))],
    ['a child logger', (log) => log.child({ url: `wss://x/${secret}` }).info('x')],
    ['JSON', (log) => log.info({ sent: JSON.stringify({ key: secret }) }, 'x')],
    ['JSON in JSON', (log) => log.info({}, JSON.stringify(JSON.stringify({ key: secret })))],
    ['an address', (log) => log.info({ url: `wss://x/?k=${encodeURIComponent(secret)}` }, 'x')],
  ])('is masked in %s', (_, write) => {
    const line = inLine(write);
    expect(line).toContain('[secret]');
    // Neither whole nor in any encoding: this piece of it is the same in all of them.
    expect(line).not.toContain('quoted');
  });

  it('is masked although another one begins like it', () => {
    const { log, lines } = logged('info', 'abc', 'abcdef');
    log.info({}, 'abcdef abc');
    expect(lines[0]).toContain('"msg":"[secret] [secret]"');
  });

  it('is masked and the line stays JSON, for any secret and any facts', () => {
    const anyFacts = fc.dictionary(
      fc.string(),
      fc.anything({ withBigInt: true, withDate: true, withMap: true }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), anyFacts, fc.string(), (key, facts, sentence) => {
        fc.pre(!'[secret]'.includes(key));
        const { log, last } = logged('info', key);
        log.info({ ...facts, toJSON: undefined, key: { a: [key, { [`x${key}`]: 1 }] } }, `${sentence}${key}`);
        const texts = (value: unknown): string[] => {
          if (Array.isArray(value)) return value.flatMap(texts);
          if (typeof value !== 'object' || value === null) return [String(value)];
          return Object.entries(value).flatMap(([name, inner]) => [name, ...texts(inner)]);
        };
        // Replacing may join what was separate, as in "aabb" without "ab"; that is no leak.
        const apart = texts(last()).flatMap((text) => text.split('[secret]'));
        for (const text of apart) expect(text).not.toContain(key);
      }),
      { numRuns: 500 },
    );
  });
});
