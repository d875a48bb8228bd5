// Builds the sentences of a `messages.ts` by calling the code that fails.

interface Coded {
  readonly code: string;
  readonly message: string;
}

/** The error that `action` throws or rejects with; anything else fails the test. */
export const errorOf = async (action: () => unknown): Promise<Coded> => {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the action did not fail');
};

/** Each sentence by its code; a second one of the same code gets a number. */
export const byCode = (errors: readonly Coded[]): Record<string, string> => {
  const messages: Record<string, string> = {};
  for (const { code, message } of errors) {
    let key = code;
    for (let n = 2; key in messages; n += 1) key = `${code}: ${n}`;
    messages[key] = message;
  }
  return messages;
};
