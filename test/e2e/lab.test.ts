// The lab as its users run it: the built command, a synthesized template, real input.
import { createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { buildOnce, childrenOf, LabChild, totalsOf } from '../support/run-lab.js';

const LIMIT_MS = 60_000;
const CONSUMERS = ['Aggregate', 'Alert', 'Delivery'];

const labs: LabChild[] = [];

function startLab(args: readonly string[], input?: { readonly name: string; readonly text: string }): LabChild {
  const lab = new LabChild(args, input);
  labs.push(lab);
  return lab;
}

beforeAll(buildOnce, LIMIT_MS);
afterEach(() => {
  for (const lab of labs.splice(0)) lab.clean();
});

test(
  'every row of a CSV is accounted for: delivered as it is, or rejected with its line',
  async () => {
    const rows = Array.from({ length: 1_500 }, (_, row) => `2026-01-01 00:00:00,${70 + (row % 7)}.50`);
    rows[9] = 'only one column';
    rows[19] = '"never closed,1';
    const text = `timestamp,value\r\n${rows.join('\r\n')}`;
    const lab = startLab(['--json', '--speed', '60'], { name: 'machine.csv', text });
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('machine.csv:11: row must have 2 columns, as the header has, got 1');
    expect(run.stderr).toContain('machine.csv:21: row opens a quote that is never closed');
    const all = { processed: 1_498, failed: 0, unread: 0 };
    expect(totalsOf(run)).toMatchObject({ produced: 1_498, rejected: 2, delivered: 1_498, resizes: 0, balanced: true });
    expect(totalsOf(run).consumers).toEqual(Object.fromEntries(CONSUMERS.map((name) => [name, all])));

    const delivered = lab.delivered();
    const expected = rows.flatMap((_, at) => ([9, 19].includes(at) ? [] : [`machine-${at + 1}`]));
    expect(delivered.map(({ id }) => id)).toEqual(expected);
    expect(delivered[0]).toMatchObject({
      key: 'machine',
      payload: { timestamp: '2026-01-01 00:00:00', value: '70.50' },
    });
  },
  LIMIT_MS,
);

test(
  'rows that share records of the stream are delivered one by one, and the totals balance',
  async () => {
    const rows = Array.from({ length: 500 }, (_, row) => `{"machine":"m${row % 20}","value":${70 + (row % 7)}}`);
    const flags = ['--json', '--speed', '60', '--key', 'machine', '--aggregate', 'by-shard'];
    const lab = startLab(flags, { name: 'machines.ndjson', text: rows.join('\n') });
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    const totals = totalsOf(run);
    expect(totals).toMatchObject({ rejected: 0, delivered: 500, balanced: true });
    expect(totals.produced).toBeLessThan(50);
    const all = { processed: totals.produced, failed: 0, unread: 0 };
    expect(totals.consumers).toEqual(Object.fromEntries(CONSUMERS.map((name) => [name, all])));
    const ids = lab.delivered().map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(rows.map((_, at) => `machines-${at + 1}`)));
    expect(ids).toHaveLength(500);
  },
  LIMIT_MS,
);

test(
  'with --no-load the stream has what its own producers put, and nothing else',
  async () => {
    const lab = startLab(['--json', '--speed', '60', '--no-load']);
    const { endpoint, region, streams } = await lab.ready();
    const client = new KinesisClient({ endpoint, region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const records = [{ Data: Buffer.from('not json'), PartitionKey: 'k' }];
    await client.send(new PutRecordsCommand({ StreamName: streams[0], Records: records }));
    client.destroy();
    lab.child.kill('SIGINT');
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    expect(totalsOf(run)).toMatchObject({ produced: 1, rejected: 0, balanced: true });
  },
  LIMIT_MS,
);

test(
  'records of any SDK count too; those that are no event end in failure storage, the rest goes on',
  async () => {
    const lab = startLab(['--json', '--speed', '60', '--input', '-', '--key', 'user']);
    const { endpoint, region, streams } = await lab.ready();
    const client = new KinesisClient({ endpoint, region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const records = ['not json', '{"id":"half an event"}'].map((data) => ({
      Data: Buffer.from(data),
      PartitionKey: 'k',
    }));
    const reply = await client.send(new PutRecordsCommand({ StreamName: streams[0], Records: records }));
    client.destroy();
    expect(reply.FailedRecordCount).toBe(0);

    lab.child.stdin.write('{"user":"ann","value":1}\n{"value":2}\n');
    lab.child.stdin.end(`{"user":"bob","text":"${'x'.repeat(1_100_000)}"}\n{"user":7,"value":3}`);
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).toContain("rejected -:2: row must have a value in 'user', the field of its key");
    expect(run.stderr).toContain("rejected -:3: 'data' and 'partitionKey' must be at most 1048576 bytes together");
    const totals = totalsOf(run);
    expect(totals).toMatchObject({ produced: 4, rejected: 2, balanced: true });
    expect(run.stdout).toMatch(/^failed records and their reasons: .*alertfailurebucket\w+\/records$/m);
    const half = { processed: 2, failed: 2, unread: 0 };
    expect(totals.consumers).toEqual(Object.fromEntries(CONSUMERS.map((name) => [name, half])));
    expect(
      lab
        .objects(/alertfailurebucket/)
        .join('')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
    expect(lab.delivered().map(({ id, key }) => [id, key])).toEqual([
      ['stdin-1', 'ann'],
      ['stdin-4', '7'],
    ]);
  },
  LIMIT_MS,
);

test(
  'SIGTERM drains, stops every child and ends with balanced totals',
  async () => {
    const lab = startLab(['--json', '--speed', '20']);
    await lab.ready();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const children = childrenOf(lab.child.pid!);
    expect(children.length).toBeGreaterThan(0);
    lab.child.kill('SIGTERM');
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    const totals = totalsOf(run);
    expect(totals.produced).toBeGreaterThan(0);
    expect(totals.balanced).toBe(true);
    for (const pid of children) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  LIMIT_MS,
);

test(
  'SIGTERM ends a lab whose input stays open, with what came by then accounted for to the last digit',
  async () => {
    const lab = startLab(['--json', '--speed', '60', '--input', '-', '--format', 'ndjson']);
    lab.child.stdin.write('{"value":12345678901234567890}\n');
    await lab.ready();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    lab.child.kill('SIGTERM');
    const run = await lab.ended;

    expect(run).toMatchObject({ status: 0 });
    expect(totalsOf(run)).toMatchObject({ produced: 1, rejected: 0, delivered: 1, balanced: true });
    const [object] = lab.objects(/deliverybucket\w+\/events\//);
    expect(gunzipSync(object!).toString()).toContain('"payload":{"value":12345678901234567890}}');
  },
  LIMIT_MS,
);

test(
  'fails with one clear line when the port is taken',
  async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    try {
      const run = await startLab(['--port', String(port)]).ended;
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(run.stderr).toMatch(new RegExp(`^error: '--port' must be a free port, got ${port} .*\n$`));
    } finally {
      server.close();
    }
  },
  LIMIT_MS,
);

test.each([
  ['the input is missing', ['--input', '/no/such/file.csv'], "error: '--input' must be a file that can be read"],
  ['a configuration key is unknown', ['-c', 'platform={"shrads":2}'], "error: 'platform.shrads' must be a known key"],
  ['a configuration value is out of bounds', ['-c', 'platform={"shardCount":0}'], "error: 'shardCount' must"],
  ['the stack is unknown', ['--stack', 'Nope'], "error: '--stack' must be one of 'ProvisionedPlatform'"],
  ['a flag is unknown', ['--fast'], "error: '--fast' is not a flag of 'lab'"],
])(
  'fails with one clear line when %s',
  async (_rule, args, message) => {
    const run = await startLab(args).ended;
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain(message);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  },
  LIMIT_MS,
);

test(
  'ends with one clear line when the input turns out to be wrong after the start, with its writer still there',
  async () => {
    const lab = startLab(['--input', '-', '--format', 'csv', '--key', 'user']);
    lab.child.stdin.write('time,value\n');
    const run = await lab.ended;
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("error: '--key' must be a column of the CSV header (time, value), got 'user'\n");
  },
  LIMIT_MS,
);
