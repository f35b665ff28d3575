// A durable engine in a process of its own, for tests that kill it. Prints its address once it serves.
import { LabClock } from '../../local/clock.js';
import { createKinesisEngine } from '../../local/engine/engine.js';
import { listenKinesis } from '../../local/engine/http/listen.js';

const dataDir = process.argv[2]!;
const clock = new LabClock({ speed: 1, startMs: Date.now() });
const identity = { accountId: '000000000000', region: 'us-east-1' };
const options = { clock, identity, metrics: { put: () => undefined }, dataDir, timings: { createMs: 0 } };
const engine = createKinesisEngine({ ...options, enforceLimits: false });
const { url } = await listenKinesis(engine, { clock, port: 0 });
process.stdout.write(`${url}\n`);
