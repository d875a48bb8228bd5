// MCP servers that a session was given: when it hears of one, it lists the tools there. The parrot has no
// servers; it takes the tools that a client allows for those that there are.

import type { Conversation, Item } from '../session/items.ts';

export interface McpServer {
  readonly label: string;
  readonly tools: readonly string[];
}

interface Tool {
  readonly type: 'function' | 'mcp';
  readonly server_label?: string;
  readonly allowed_tools?:
    | readonly string[]
    | { readonly tool_names?: readonly string[] | undefined }
    | null
    | undefined;
}

/** The MCP servers among a session's tools. */
export const mcpServersOf = (tools: readonly Tool[]): McpServer[] =>
  tools.flatMap(({ type, server_label, allowed_tools: allowed }) => {
    if (type !== 'mcp') return [];
    const names =
      allowed !== null && allowed !== undefined && 'tool_names' in allowed ? allowed.tool_names : allowed;
    return [{ label: server_label ?? '', tools: Array.isArray(names) ? names : [] }];
  });

const toolsToWire = (names: readonly string[]) =>
  names.map((name) => ({
    name,
    description: '',
    input_schema: { type: 'object', properties: {} },
    annotations: null,
  }));

export interface McpListsOptions {
  readonly conversation: Conversation;
  newId(prefix: string): string;
  emit(type: string, fields: Readonly<Record<string, unknown>>): void;
  /** Tells that an item has come, or that it is complete. */
  tell(what: 'added' | 'done', item: Item): void;
  /** Work to be done in steps. */
  work(steps: Generator<void, void, void>): void;
}

export class McpLists {
  readonly #options: McpListsOptions;
  #known: readonly McpServer[] = [];

  constructor(options: McpListsOptions) {
    this.#options = options;
  }

  /** Lists the tools of those servers that are new, or were given other tools. */
  update(servers: readonly McpServer[]): void {
    const known = new Set(this.#known.map((server) => JSON.stringify(server)));
    this.#known = servers;
    for (const server of servers) {
      if (!known.has(JSON.stringify(server))) this.#options.work(this.#list(server));
    }
  }

  *#list(server: McpServer): Generator<void, void, void> {
    const { conversation, newId, emit, tell } = this.#options;
    const item: Item = {
      id: newId('mcpl_'),
      type: 'mcp_list_tools',
      status: 'in_progress',
      content: [],
      fields: { server_label: server.label, tools: [] },
    };
    emit('mcp_list_tools.in_progress', { item_id: item.id });
    conversation.add(item);
    tell('added', item);
    yield;
    item.status = 'completed';
    item.fields = { ...item.fields, tools: toolsToWire(server.tools) };
    if (conversation.find(item.id) !== undefined) tell('done', item);
    emit('mcp_list_tools.completed', { item_id: item.id });
  }
}
