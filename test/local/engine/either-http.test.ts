import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createEitherServer, type EitherServer } from '../../../local/engine/http/either-http.js';
import { makeSelfSigned } from '../../../local/engine/http/self-signed.js';

const identity = makeSelfSigned(Date.now());

let server: EitherServer;
let port: number;

beforeEach(async () => {
  server = createEitherServer(
    () => identity,
    (request, response) => {
      response.writeHead(200, {});
      response.end(request.httpVersion);
    },
  );
  server.tcp.listen(0, '127.0.0.1');
  await once(server.tcp, 'listening');
  port = (server.tcp.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of server.sockets) socket.destroy();
  server.tcp.close();
  await once(server.tcp, 'close');
});

/** A version of HTTP over TLS, offered in the handshake or not. */
async function versionOverHttp2(ALPNProtocols?: string[]): Promise<string> {
  const tls = { host: '127.0.0.1', port, ca: identity.certificate, ...(ALPNProtocols ? { ALPNProtocols } : {}) };
  const socket = connectTls(tls);
  await once(socket, 'secureConnect');
  const session = connectHttp2(`https://127.0.0.1:${port}`, { createConnection: () => socket });
  const stream = session.request({ ':path': '/' });
  const chunks = await stream.toArray();
  session.close();
  return Buffer.concat(chunks).toString();
}

test('TLS with HTTP/2 agreed in the handshake', async () => {
  expect(await versionOverHttp2(['h2'])).toBe('2.0');
});

test('TLS with HTTP/2 that was not negotiated, as the SDK for Java begins', async () => {
  expect(await versionOverHttp2()).toBe('2.0');
});

test('TLS with HTTP/1.1 that was not negotiated', async () => {
  const socket = connectTls({ host: '127.0.0.1', port, ca: identity.certificate });
  socket.end('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const chunks = await socket.toArray();
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*1\.1/);
});
