// aws-kinesis-agg, the codec that Node.js applications use today, as its README has it used.
import { createRequire } from 'node:module';
import type { UserRecord } from '../../core/records/aggregated/user-record.js';

/** What the bench calls of aws-kinesis-agg; it is loaded from its own files, not bundled. */
interface AwsKinesisAgg {
  readonly RecordAggregator: new () => {
    checkIfUserRecordFits(record: { readonly partitionKey: string; readonly data: Uint8Array }): boolean;
    addUserRecord(record: { readonly partitionKey: string; readonly data: Uint8Array }): void;
    build(): { readonly data: Buffer };
  };
  deaggregateSync(
    record: { readonly data: string; readonly sequenceNumber: string },
    computeChecksums: boolean,
    done: (error: Error | undefined, records: readonly PeerRecord[]) => void,
  ): void;
}

/** A user record as it comes back, with its data in base64. */
export interface PeerRecord {
  readonly partitionKey: string;
  readonly data: string;
}

const peer: AwsKinesisAgg = createRequire(import.meta.url)('aws-kinesis-agg');

/** Encodes each group as one aggregated record. */
export function encodeByPeer(groups: readonly (readonly UserRecord[])[]): Uint8Array[] {
  const aggregator = new peer.RecordAggregator();
  return groups.map((records) => {
    for (const record of records) {
      if (!aggregator.checkIfUserRecordFits(record)) throw new Error('a group must fit into an aggregate');
      aggregator.addUserRecord(record);
    }
    return aggregator.build().data;
  });
}

/** Decodes each record, its MD5 verified. */
export function decodeByPeer(encoded: readonly string[]): (readonly PeerRecord[])[] {
  return encoded.map((data) => {
    let decoded: readonly PeerRecord[] = [];
    peer.deaggregateSync({ data, sequenceNumber: '1' }, true, (error, records) => {
      if (error) throw error;
      decoded = records;
    });
    return decoded;
  });
}
