// A WebSocket server that a test scripts, for what a correct service, such as the parrot, never
// does.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Script {
  /** Instead of the upgrade. */
  readonly refuse?: (socket: Duplex) => void;
  readonly connected?: (socket: WebSocket, request: IncomingMessage) => void;
  /** Instead of the usual answer to session.update. */
  readonly received?: (socket: WebSocket, event: Record<string, unknown>) => void;
}

export interface ScriptedService {
  readonly url: string;
  /** Everything that clients sent, of all connections. */
  readonly received: Record<string, unknown>[];
  readonly requests: IncomingMessage[];
  say(...events: object[]): void;
  sockets(): WebSocket[];
  close(): Promise<void>;
}

const session = { id: 'sess_scripted', type: 'realtime', audio: {} };

export const startScriptedService = async (script: Script = {}): Promise<ScriptedService> => {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true });
  const received: Record<string, unknown>[] = [];
  const requests: IncomingMessage[] = [];
  const send = (socket: WebSocket, event: object): void => socket.send(JSON.stringify(event));
  const duplexes: Duplex[] = [];
  http.on('upgrade', (request, duplex, head) => {
    duplexes.push(duplex);
    // A client that has read enough.
    duplex.on('error', () => undefined);
    requests.push(request);
    if (script.refuse !== undefined) script.refuse(duplex);
    else server.handleUpgrade(request, duplex, head, (socket) => server.emit('connection', socket, request));
  });
  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    socket.on('error', () => socket.terminate());
    if (script.connected === undefined) send(socket, { type: 'session.created', session });
    else script.connected(socket, request);
    socket.on('message', (data) => {
      const event = JSON.parse(data.toString()) as Record<string, unknown>;
      received.push(event);
      if (script.received !== undefined) script.received(socket, event);
      else if (event['type'] === 'session.update') send(socket, { type: 'session.updated', session });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/v1/realtime?model=m`,
    received,
    requests,
    sockets: () => [...server.clients],
    say: (...events) => {
      for (const socket of server.clients) for (const event of events) send(socket, event);
    },
    close: async () => {
      for (const duplex of duplexes) duplex.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};
