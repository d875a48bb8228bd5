// The kinds of values that the configuration knows. Every message is complete in itself and never
// quotes a text of the file, which could be a key in the wrong place. Every problem has a code.

import * as z from 'zod/mini';

/** A number, fractions included. */
export const number = (min: number, max: number, fallback: number, what = 'a number') => {
  const error = `expected ${what} from ${min} to ${max}`;
  return z._default(z.number({ error }).check(z.gte(min, { error }), z.lte(max, { error })), fallback);
};

export const wholeNumber = (min: number, max: number, what = 'a whole number') => {
  const error = `expected ${what} from ${min} to ${max}`;
  return z.int({ error }).check(z.gte(min, { error }), z.lte(max, { error }));
};

export const milliseconds = (min: number, max: number, fallback: number) =>
  z._default(wholeNumber(min, max, 'a whole number of milliseconds'), fallback);

export const seconds = (min: number, max: number, fallback: number) =>
  number(min, max, fallback, 'a number of seconds');

export const choice = <const T extends readonly string[]>(options: T) =>
  z.enum(options, { error: `expected ${anyOf(options.map((option) => `"${option}"`))}` });

export const flag = (fallback: boolean) =>
  z._default(z.boolean({ error: 'expected true or false, without quotes' }), fallback);

/** What a refinement adds to the issues of zod; the code is Parley's own. */
export const problem = (code: string, message: string, input: unknown, path: PropertyKey[] = []) =>
  ({ code: 'custom', params: { code }, message, input, path }) as const;

/** A text for which `isValid` holds; `what` finishes "expected". */
export const text = (what: string, isValid: (text: string) => boolean) => {
  const error = `expected ${what}`;
  return z.string({ error }).check(z.refine(isValid, { error, params: { code: 'invalid-text' } }));
};

/** A text in which `problemIn` finds nothing: a code and what is wrong. */
export const checkedText = (
  what: string,
  problemIn: (text: string) => readonly [code: string, message: string] | undefined,
) =>
  z.string({ error: `expected ${what}` }).check(
    z.superRefine<string>((value, context) => {
      const found = problemIn(value);
      if (found !== undefined) context.issues.push(problem(...found, value));
    }),
  );

/** A name that ends up in a message or an argument list. */
export const name = (what: string, shortest: 0 | 1) =>
  text(
    `${what} in quotes, ${shortest} to 200 characters without spaces`,
    (value) => value.length >= shortest && value.length <= 200 && !/[\s\p{C}]/u.test(value),
  );

/** What aplay, arecord or the GPIO tools get as an argument: must not look like an option. */
export const label = (what: string, example: string) =>
  text(`${what} in quotes, such as "${example}" (never with a "-" in front)`, (value) =>
    /^[^\s\p{C}-][^\p{C}]{0,255}$/u.test(value),
  );

/** "a, b or c". */
export const anyOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

type Camel<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type CamelKeys<T> = { [K in keyof T as Camel<K>]: T[K] };

/** "echo_tail_ms" as "echoTailMs". */
export const camelCase = (key: string): string =>
  key.replaceAll(/_(.)/g, (_, next: string) => next.toUpperCase());

const camelKeys = <T extends object>(table: T): CamelKeys<T> =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [camelCase(key), value])) as CamelKeys<T>;

/** Reports what is wrong with keys that are valid by themselves; those that are not may be missing. */
export type Rules = (
  table: Readonly<Record<string, unknown>>,
  report: (key: string, code: string, message: string) => void,
) => void;

/** For a refinement: also where keys are refused, so that everything is reported together. */
export const evenIfRefused = {
  when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
};

/** A table of exactly these keys; snake_case in the file, camelCase in the program. */
export const table = <T extends z.core.$ZodLooseShape>(shape: T, rules: Rules = () => undefined) =>
  z.pipe(
    z
      .strictObject(shape, { error: 'expected a table' })
      .check(
        z.superRefine(
          (value, context) =>
            rules(value, (key, code, message) => context.issues.push(problem(code, message, value, [key]))),
          evenIfRefused,
        ),
      ),
    z.transform(camelKeys<z.output<z.ZodMiniObject<z.core.util.Writeable<T>, z.core.$strict>>>),
  );
