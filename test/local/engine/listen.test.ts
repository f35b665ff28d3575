import { setImmediate as turn } from 'node:timers/promises';
import { Kinesis } from '@aws-sdk/client-kinesis';
import { expect, test } from '@jest/globals';
import { listenKinesis } from '../../../local/engine/http/listen.js';
import { anEngine, STREAM } from '../../support/an-engine.js';
import { clientFor } from '../../support/lab-client.js';

test('a request waits until the lab is ready, and is answered then', async () => {
  const { engine, clock } = anEngine();
  let open = () => {};
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const endpoint = await listenKinesis(engine, { clock, port: 0, ready });
  const client = new Kinesis(clientFor(endpoint.url));
  const put = client.putRecord({ StreamName: STREAM, PartitionKey: 'k', Data: Buffer.from('x') });
  await fetch(endpoint.url, { signal: AbortSignal.timeout(50) }).catch(() => turn());
  expect(engine.accepted(STREAM)).toBe(0);
  open();
  await put;
  expect(engine.accepted(STREAM)).toBe(1);
  client.destroy();
  await endpoint.close();
  await engine.close();
});
