// `parley doctor` and the connection to a service: encryption as a real client sees it, and a key that goes only
// where it belongs. Needs no card.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report, Row } from '../../src/doctor/report/report.ts';
import { createCertificate } from '../doctor/certificates.ts';
import { Parrots } from '../parrot/parrots.ts';
import { type Environment, startProgram } from '../rigs/daemon.ts';

const secret = 'sk-planted-0123456789';
const parrots = new Parrots();
const servers: Server[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-way-'));
});
afterEach(async () => {
  await parrots.close();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string, text: string | Buffer): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const withoutPins = '[button]\nbackend = "none"\n[light]\nbackend = "none"\n';

const doctor = async (toml: string, env: Environment = {}) => {
  const words = ['doctor', '--json', '--silent', '--config', inFolder('parley.toml', toml)];
  const program = startProgram(words, { OPENAI_API_KEY: secret, ...env });
  program.process.stdin?.end();
  const { code } = await program.ended;
  expect(program.output() + program.errors()).not.toContain(secret);
  const { checks } = JSON.parse(program.output()) as Report;
  return { code, rows: new Map<string, Row>(checks.map((row) => [row.id, row])) };
};

describe('encryption', () => {
  /** A parrot behind TLS, with a certificate that the program trusts. */
  const behindTls = async (names: string, days: number) => {
    const parrot = await parrots.start({ key: secret });
    const certificate = createCertificate(names, days);
    const server = createServer(certificate, (client) => {
      const inside = connect(parrot.port, '127.0.0.1');
      for (const socket of [client, inside]) socket.on('error', () => socket.destroy());
      client.pipe(inside).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const toml = `[realtime]\nurl = "wss://localhost:${port}/v1/realtime"\n${withoutPins}`;
    return doctor(toml, { NODE_EXTRA_CA_CERTS: inFolder('ca.pem', certificate.cert) });
  };

  test('a valid certificate: its validity and the duration; the session uses it', async () => {
    const { rows } = await behindTls('DNS:localhost', 90);
    expect(rows.get('dns')?.code).toBe('dns-not-needed');
    expect(rows.get('tcp')?.code).toBe('tcp-connected');
    expect(rows.get('tls')?.code).toBe('tls-working');
    expect(rows.get('tls')?.detail).toMatch(
      /^TLSv1\.3, certificate valid until \d{4}-\d\d-\d\d, handshake \d+ ms$/,
    );
    expect(rows.get('session')?.code).toBe('session-ready');
  });

  test('a certificate that expires this week', async () => {
    const { rows } = await behindTls('DNS:localhost', 3);
    expect(rows.get('tls')).toMatchObject({ verdict: 'warn', code: 'certificate-expiring' });
    expect(rows.get('session')?.code).toBe('session-ready');
  });

  test('a certificate for another name', async () => {
    const { code, rows } = await behindTls('DNS:elsewhere.example', 90);
    expect(rows.get('tls')).toMatchObject({
      code: 'tls-failed',
      detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(rows.get('session')).toMatchObject({ verdict: 'skip', code: 'skipped-step-failed' });
    expect(code).toBe(1);
  });
});

describe('with an invalid configuration', () => {
  test('no key is sent, and no default pin is driven', async () => {
    // The url is valid, but the rest would be the defaults.
    const parrot = await parrots.start();
    const { code, rows } = await doctor(`[realtime]\nurl = "${parrot.url}"\nvioce = "x"\n`);
    expect(code).toBe(1);
    expect(rows.get('config')?.code).toBe('config-invalid');
    const others = ['dns', 'tcp', 'tls', 'session', 'button-chip', 'button-line', 'light', 'button'];
    for (const id of others)
      expect(rows.get(id)).toMatchObject({ verdict: 'skip', code: 'skipped-config-invalid' });
    for (const id of ['node', 'key', 'disk']) expect([id, rows.get(id)?.verdict]).toEqual([id, 'pass']);
  });
});

test('without a key that is needed the connection is checked, and no session is opened', async () => {
  const parrot = await parrots.start();
  const toml = `[realtime]\nurl = "${parrot.url}"\nkey_file = "${folder}/none"\n${withoutPins}`;
  const { code, rows } = await doctor(toml, { OPENAI_API_KEY: '' });
  expect(code).toBe(1);
  expect(rows.get('key')?.code).toBe('key-invalid');
  expect(rows.get('tcp')?.code).toBe('tcp-connected');
  expect(rows.get('session')).toMatchObject({ verdict: 'skip', code: 'skipped-key-missing' });
});

test('the fields of the report', async () => {
  const { rows } = await doctor(`[realtime]\nurl = "ws://127.0.0.1:9/"\n${withoutPins}`);
  for (const { id, title, verdict, code, detail, remedy, ms } of rows.values()) {
    for (const name of [id, code]) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [title, detail]) expect(text).toMatch(/\S/);
    expect(['pass', 'warn', 'fail', 'skip']).toContain(verdict);
    expect([id, remedy !== undefined]).toEqual([id, verdict === 'warn' || verdict === 'fail']);
    expect(Number.isInteger(ms) && ms >= 0).toBe(true);
  }
  expect(rows.size).toBeGreaterThan(20);
});
