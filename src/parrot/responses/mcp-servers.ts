// MCP servers that a session was given: it lists the tools of each. The parrot calls no
// servers; it assumes that a server has the tools that the client allows.

import type * as z from 'zod';
import type { gaTools } from '../schemas/schemas.ts';
import { type Context, emitItem, type Steps } from '../session/context.ts';
import type { McpServer } from '../session/dialect.ts';
import type { Item } from '../session/items.ts';

/** The MCP servers among a session's tools. */
export const mcpServersOf = (tools: z.infer<typeof gaTools>): McpServer[] =>
  tools.flatMap((tool) => {
    if (tool.type !== 'mcp') return [];
    const { server_label: label, allowed_tools: allowed } = tool;
    return { label, tools: (Array.isArray(allowed) ? allowed : allowed?.tool_names) ?? [] };
  });

/** Lists the tools of those servers that `known` does not have, or has with other tools. */
export const listMcpTools = (
  servers: readonly McpServer[],
  known: readonly McpServer[],
  context: Context,
): void => {
  const listed = new Set(known.map((server) => JSON.stringify(server)));
  for (const server of servers) {
    if (!listed.has(JSON.stringify(server))) context.work(listTools(server, context));
  }
};

function* listTools({ label, tools }: McpServer, context: Context): Steps {
  const { conversation, newId, emit } = context;
  const item: Item = {
    id: newId('mcpl_'),
    type: 'mcp_list_tools',
    status: 'in_progress',
    content: [],
    fields: { server_label: label, tools: [] },
  };
  emit('mcp_list_tools.in_progress', { item_id: item.id });
  conversation.add(item);
  emitItem(context, 'added', item);
  yield;
  item.status = 'completed';
  item.fields = { ...item.fields, tools: tools.map(toolToWire) };
  if (conversation.find(item.id) !== undefined) emitItem(context, 'done', item);
  emit('mcp_list_tools.completed', { item_id: item.id });
}

const toolToWire = (name: string) => ({
  name,
  description: '',
  input_schema: { type: 'object', properties: {} },
  annotations: null,
});
