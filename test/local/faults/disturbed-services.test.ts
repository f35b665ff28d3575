import { afterEach, expect, test } from '@jest/globals';
import { disturbServices } from '../../../local/faults/disturbed-services.js';
import type { FaultDesk } from '../../../local/faults/fault-desk.js';
import type { Mishap } from '../../../local/faults/mishap.js';
import { type Endpoint, listenOnLoopback } from '../../../local/services/http-endpoint.js';
import { ManualClock } from '../../support/manual-clock.js';

const endpoints: Endpoint[] = [];
afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

/** A request with a body that meets this mishap: its status, or 'lost', and whether the service has answered it. */
async function requestWith(kind: Mishap<'service'>['kind']) {
  const clock = new ManualClock();
  let answered = false;
  const desk = { next: () => ({ ordinal: 1, mishap: { kind, size: 0 } }) } as unknown as FaultDesk;
  const respond = async () => {
    answered = true;
    return { status: 200, body: 'done' };
  };
  const endpoint = await listenOnLoopback(clock, respond, disturbServices(desk, clock)('S3'));
  endpoints.push(endpoint);
  const reply = fetch(endpoint.url, { method: 'PUT', body: 'x' }).then(
    ({ status }) => status,
    () => 'lost',
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  await clock.advance(1_000);
  return { reply: await reply, answered };
}

test.each([
  { kind: 'throttle', reply: 503, answered: false },
  { kind: 'fail', reply: 500, answered: false },
  { kind: 'delay', reply: 200, answered: true },
  { kind: 'lose-request', reply: 'lost', answered: false },
  { kind: 'lose-reply', reply: 'lost', answered: true },
] as const)('$kind: the caller sees $reply', async ({ kind, reply, answered }) => {
  expect(await requestWith(kind)).toEqual({ reply, answered });
});
