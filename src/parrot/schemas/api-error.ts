// What the parrot refuses with, as OpenAI words it: a type, a code, a sentence and the parameter at
// fault. An ApiError is thrown by the checks of a client's event and becomes one `error` event; the session
// ignores the event.

interface ApiErrorDetails {
  readonly code: string;
  readonly param?: string;
  /** False where OpenAI's own error does not name the event it answers. */
  readonly namesEvent?: boolean;
}

export class ApiError extends Error {
  readonly code: string;
  readonly param: string | null;
  readonly type = 'invalid_request_error';
  readonly #namesEvent: boolean;

  constructor(message: string, { code, param, namesEvent = true }: ApiErrorDetails) {
    super(message);
    this.code = code;
    this.param = param ?? null;
    this.#namesEvent = namesEvent;
  }

  /** The `error` object of the wire; `eventId` is the client's own id of the event at fault. */
  toWire(eventId: string | null): Record<string, unknown> {
    return {
      type: this.type,
      code: this.code,
      message: this.message,
      param: this.param,
      event_id: this.#namesEvent ? eventId : null,
    };
  }
}

export const unknownItem = (action: 'retriev' | 'delet' | 'truncat', id: string): ApiError =>
  new ApiError(`Error ${action}ing item: the item with id '${id}' does not exist.`, {
    code: `item_${action}e_invalid_item_id`,
    param: 'item_id',
    namesEvent: action !== 'truncat',
  });
