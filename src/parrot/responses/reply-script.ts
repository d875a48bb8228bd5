// What a reply consists of. The parrot's own script is one item that repeats the utterance; tests use others, for what
// real services do sometimes.

export type ReplyEnding = {
  /** It comes after this many deltas of audio or of arguments; absent: after all. */
  readonly afterDeltas?: number;
} & (
  | { readonly status: 'completed' }
  | { readonly status: 'cancelled'; readonly reason: 'turn_detected' | 'client_cancelled' }
  | { readonly status: 'incomplete'; readonly reason: 'max_output_tokens' | 'content_filter' }
  | {
      readonly status: 'failed';
      /** `server_error`, `insufficient_quota`, ... */
      readonly code: string;
      readonly type?: string;
      readonly message?: string;
    }
  /** No response.done until it is cancelled. */
  | { readonly status: 'never' }
);

/** A spoken item. */
export interface SpokenItemPlan {
  /** Its sound, given the utterance (empty where none was heard). null: an item without any content. */
  readonly audio?: ((utterance: Buffer) => Buffer) | null;
  /** Absent: how much speech it is. */
  readonly transcript?: string;
  /** As some services mark what is said before the answer. */
  readonly phase?: 'commentary' | 'final_answer';
}

/** A call of a function of the client. */
export interface FunctionCallPlan {
  readonly name: string;
  /** As a model wrote it: JSON, or what should have been. */
  readonly arguments: string;
  /** Absent: a new one. */
  readonly callId?: string;
  /** The status of the finished item; default completed. One that was cut off is always incomplete. */
  readonly status?: 'completed' | 'incomplete';
}

/** A call of a tool of an MCP server, run by the service. GA only: the beta dialect leaves it out. */
export interface McpCallPlan {
  readonly serverLabel: string;
  readonly name: string;
  readonly arguments: string;
  /** Default: empty. */
  readonly output?: string;
  /** In place of an output. */
  readonly error?: string;
  /** Its result comes after response.done. Default false. */
  readonly afterDone?: boolean;
}

/** A request for approval to run a tool of an MCP server. GA only: the beta dialect leaves it out. */
export interface ApprovalPlan extends Pick<McpCallPlan, 'serverLabel' | 'name' | 'arguments'> {
  /** The result of the call when it is approved. */
  readonly result?: Pick<McpCallPlan, 'output' | 'error'>;
}

/** Without calls (tool_choice none), only what is spoken remains. */
export type ReplyItem =
  | SpokenItemPlan
  | { readonly call: FunctionCallPlan }
  | { readonly mcp: McpCallPlan }
  | { readonly approval: ApprovalPlan };

export interface ReplyScript {
  /** False: no response.created. With an ending of `never` and no items: nothing at all. Default true. */
  readonly created?: boolean;
  /** Default: one item that repeats the utterance. An empty array: `output: []`. */
  readonly items?: readonly ReplyItem[];
  /** Default: completed. */
  readonly ending?: ReplyEnding;
  /** An item's `audio.done` comes after the first delta of the item after it. Default false. */
  readonly overlapping?: boolean;
  /** PCM bytes of an audio delta; an odd number splits samples. Default: 100 ms. */
  readonly deltaBytes?: number;
  /** How many audio deltas follow after response.done, as far as there is audio left. Default 0. */
  readonly lateDeltas?: number;
  /** False: response.cancel and speech are not answered while it lasts. Default true. */
  readonly cancellable?: boolean;
}
