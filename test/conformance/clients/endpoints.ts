// What foreign clients talk to, all on loopback and on wall time: the engine as the lab serves it, and what the libraries
// of Kinesis need beside it, which is a DynamoDB for the KCL's leases and an STS that tells the KPL its account.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LabClock } from '../../../local/clock.js';
import { createKinesisEngine } from '../../../local/engine/engine.js';
import { createEitherServer } from '../../../local/engine/http/either-http.js';
import { listenKinesis } from '../../../local/engine/http/listen.js';
import { makeSelfSigned } from '../../../local/engine/http/self-signed.js';
import { startDynalite } from '../../../local/services/dynamodb/embedded-dynalite.js';
import { type Endpoint, listenOnLoopback } from '../../../local/services/http-endpoint.js';
import { answerJson, type JsonOperation } from '../../../local/services/json-protocol.js';

/** Operations on tables that the KCL calls and dynalite has. */
const TABLE_OPERATIONS = [
  ...['CreateTable', 'DescribeTable', 'UpdateTable', 'DeleteTable', 'ListTables', 'TagResource', 'ListTagsOfResource'],
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'],
];

const IDENTITY = { accountId: '000000000000', region: 'us-east-1' };

/** Where the clients are sent. */
export interface Endpoints {
  /** The engine in clear text and over TLS, on the same port. */
  readonly kinesis: { readonly url: string; readonly secureUrl: string };
  /** Certificate of the engine's TLS, PEM. */
  readonly certificate: string;
  readonly tables: string;
  /** Port of an STS over TLS. */
  readonly stsPort: number;
  close(): Promise<void>;
}

/** Serves all of it on free ports. */
export async function serveEndpoints(): Promise<Endpoints> {
  const clock = new LabClock({ speed: 1, startMs: Date.now() });
  const metrics = { put: () => undefined };
  // A reshard takes the service half a minute: nothing that a client could tell from a second.
  const engine = createKinesisEngine({ clock, metrics, identity: IDENTITY, timings: { reshardMs: 1_000 } });
  const kinesis = await listenKinesis(engine, { clock, port: 0 });
  const tables = await serveTables(clock);
  const sts = await serveSts();
  return {
    kinesis,
    certificate: kinesis.certificate,
    tables: tables.url,
    stsPort: sts.port,
    async close() {
      await engine.close();
      await Promise.all([kinesis.close(), tables.close(), sts.close()]);
      clock.stop();
    },
  };
}

async function serveTables(clock: LabClock): Promise<Endpoint> {
  const dynalite = await startDynalite();
  const operations = Object.fromEntries(
    TABLE_OPERATIONS.map((name): [string, JsonOperation] => [name, (input) => dynalite(name, withIndex(name, input))]),
  );
  return listenOnLoopback(clock, (request) => answerJson({ name: 'DynamoDB', operations }, request));
}

/** dynalite adds no index to a table that is there: the one that the KCL adds to its leases is there from the start. */
function withIndex(operation: string, input: Readonly<Record<string, unknown>>): unknown {
  const schema = input.KeySchema as readonly { readonly AttributeName: string }[] | undefined;
  if (operation !== 'CreateTable' || schema?.[0]?.AttributeName !== 'leaseKey') return input;
  const owner = { AttributeName: 'leaseOwner', AttributeType: 'S' };
  const index = {
    IndexName: 'LeaseOwnerToLeaseKeyIndex',
    KeySchema: [
      { AttributeName: 'leaseOwner', KeyType: 'HASH' },
      { AttributeName: 'leaseKey', KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  };
  const definitions = input.AttributeDefinitions as readonly unknown[];
  return { ...input, AttributeDefinitions: [...definitions, owner], GlobalSecondaryIndexes: [index] };
}

async function serveSts(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { tcp, sockets } = createEitherServer(
    () => makeSelfSigned(Date.now()),
    (_request, response) => {
      const body = renderCallerIdentity();
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    },
  );
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const close = () =>
    new Promise<void>((closed) => {
      tcp.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (tcp.address() as AddressInfo).port, close };
}

function renderCallerIdentity(): string {
  const { accountId } = IDENTITY;
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${accountId}:root</Arn><UserId>${accountId}</UserId><Account>${accountId}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
}
