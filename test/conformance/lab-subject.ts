// Our own engine under test: served on loopback in this process, at a clock that stands until a rule lets time pass, so
// that limits are met exactly and a day takes a moment.
import { createKinesisEngine } from '../../local/engine/engine.js';
import { listenKinesis } from '../../local/engine/http/listen.js';
import { ManualClock } from '../support/manual-clock.js';
import { type Connection, connect } from './connection.js';

/** Starts the engine and connects to it. */
export async function startLab(): Promise<Connection> {
  const clock = new ManualClock(Date.now());
  const engine = createKinesisEngine({
    clock,
    metrics: { put: () => undefined },
    identity: { accountId: '000000000000', region: 'us-east-1' },
  });
  const endpoint = await listenKinesis(engine, { clock, port: 0 });
  const connection = connect(endpoint.url);
  return {
    ...connection,
    drivesTime: true,
    reach: {
      ...connection.reach,
      sleep: (ms) => clock.advance(ms),
      nowMs: () => clock.nowMs(),
    },
    async close() {
      await connection.close();
      engine.close();
      await endpoint.close();
    },
  };
}
