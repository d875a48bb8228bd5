// `parley doctor` on the way to a service: encryption as a real client sees it, and a key that goes nowhere
// but where it belongs. No card is needed: what is said of the cards is the business of other tests.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report, Row } from '../../src/doctor/report/report.ts';
import { createCertificate } from '../doctor/checks/certificates.ts';
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

  test('a certificate that is right: how long, and how quick; the session works over it', async () => {
    const { rows } = await behindTls('DNS:localhost', 90);
    expect(rows.get('dns')?.verdict).toBe('skip');
    expect(rows.get('tcp')?.verdict).toBe('pass');
    expect(rows.get('tls')).toMatchObject({ verdict: 'pass' });
    expect(rows.get('tls')?.detail).toMatch(
      /^TLSv1\.3, certificate valid until \d{4}-\d\d-\d\d, handshake \d+ ms$/,
    );
    expect(rows.get('session')?.verdict).toBe('pass');
  });

  test('one that runs out this week', async () => {
    const { rows } = await behindTls('DNS:localhost', 3);
    expect(rows.get('tls')).toMatchObject({ verdict: 'warn', remedy: expect.stringContaining('renew it') });
    expect(rows.get('session')?.verdict).toBe('pass');
  });

  test('one for another name', async () => {
    const { code, rows } = await behindTls('DNS:elsewhere.example', 90);
    expect(rows.get('tls')).toMatchObject({
      verdict: 'fail',
      detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
      remedy: expect.stringContaining('for another name'),
    });
    expect(rows.get('session')).toMatchObject({ verdict: 'skip', detail: 'not tried: TLS failed' });
    expect(code).toBe(1);
  });
});

describe('where the configuration is wrong', () => {
  test('no key leaves the house, and no pin is driven by a guess', async () => {
    // The address is right, and what is known of the defaults leads elsewhere.
    const parrot = await parrots.start();
    const { code, rows } = await doctor(`[realtime]\nurl = "${parrot.url}"\nvioce = "x"\n`);
    expect(code).toBe(1);
    expect(rows.get('config')?.verdict).toBe('fail');
    const others = ['dns', 'tcp', 'tls', 'session', 'button-chip', 'button-line', 'light', 'button'];
    for (const id of others)
      expect(rows.get(id)).toMatchObject({
        verdict: 'skip',
        detail: 'not tried: the configuration is wrong',
      });
    for (const id of ['node', 'key', 'disk']) expect([id, rows.get(id)?.verdict]).toEqual([id, 'pass']);
  });
});

test('without a key that is wanted the way is looked at, and no session is tried', async () => {
  const parrot = await parrots.start();
  const toml = `[realtime]\nurl = "${parrot.url}"\nkey_file = "${folder}/none"\n${withoutPins}`;
  const { code, rows } = await doctor(toml, { OPENAI_API_KEY: '' });
  expect(code).toBe(1);
  expect(rows.get('key')?.verdict).toBe('fail');
  expect(rows.get('tcp')?.verdict).toBe('pass');
  expect(rows.get('session')).toMatchObject({ verdict: 'skip', detail: 'not tried: it wants a key' });
});

test('the shape of the report', async () => {
  const { rows } = await doctor(`[realtime]\nurl = "ws://127.0.0.1:9/"\n${withoutPins}`);
  for (const { id, title, verdict, detail, remedy, ms } of rows.values()) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const words of [title, detail]) expect(words).toMatch(/\S/);
    expect(['pass', 'warn', 'fail', 'skip']).toContain(verdict);
    expect([id, remedy !== undefined]).toEqual([id, verdict === 'warn' || verdict === 'fail']);
    expect(Number.isInteger(ms) && ms >= 0).toBe(true);
  }
  expect(rows.size).toBeGreaterThan(20);
});
