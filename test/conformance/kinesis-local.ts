// kinesis-local as a second opinion: started on free ports, held to the loopback interface (it binds every interface by
// itself), and ended when the suite is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect } from './connection.js';

const START_MS = 15_000;
const GRACE_MS = 2_000;

/** Starts it and waits until it answers. */
export async function startKinesisLocal(): Promise<Connection> {
  const main = createRequire(import.meta.url).resolve('kinesis-local');
  const [plain, tls] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['--require', resolve('test/conformance/loopback-only.cjs'), main], {
    // It looks for its certificate in the working directory.
    cwd: dirname(main),
    env: {
      PATH: process.env.PATH,
      KINESIS_MOCK_PLAIN_PORT: String(plain),
      KINESIS_MOCK_TLS_PORT: String(tls),
      SHARD_LIMIT: '1000',
      LOG_LEVEL: 'ERROR',
    },
    stdio: 'ignore',
  });
  const connection = connect(`http://127.0.0.1:${plain}`);
  const close = async () => {
    await connection.close();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    // It stays while a connection is open.
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  for (const untilMs = Date.now() + START_MS; ; await sleep(100)) {
    const answered = await connection.reach.client.listStreams({}).then(
      () => true,
      () => false,
    );
    if (answered) return { ...connection, close };
    if (Date.now() > untilMs || child.exitCode !== null) {
      child.kill('SIGKILL');
      throw new Error(`kinesis-local did not answer within ${START_MS} ms`);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a free port was expected');
  return address.port;
}
