// Redrives a queue: its messages are places in a stream, which are read again as long as the stream has them. What has
// expired is told; its message stays, as all that is known of the loss.

import type { ReplayReader, ReplayTimer } from '../ports.js';
import { readShard } from '../read-shard.js';
import type { FailedEntry, FailedRange } from './failure-object.js';
import { parseFailure } from './parse-failure.js';
import type { FailureQueue } from './ports.js';
import type { Redrive, RedriveTotals } from './redrive.js';
import { addRedriven, NOTHING_REDRIVEN } from './redrive-totals.js';

export interface RedriveQueueOptions {
  readonly queue: FailureQueue;
  /** Reader of the stream that a message names; one is made for each stream, and closed by whoever made it. */
  readonly readerOf: (streamName: string) => ReplayReader;
  readonly timer: ReplayTimer;
  readonly share: number;
  readonly redrive: Redrive;
  readonly functionName: string | undefined;
  readonly isDryRun: boolean;
  readonly tell: (line: string) => void;
  readonly onTotals: (totals: RedriveTotals) => void;
  readonly signal: AbortSignal;
}

/** Redrives until the queue gives no more messages. */
export async function redriveQueue(options: RedriveQueueOptions): Promise<RedriveTotals> {
  const { queue, redrive, functionName, isDryRun, tell, onTotals, signal } = options;
  let totals = NOTHING_REDRIVEN;
  while (!signal.aborted) {
    const messages = await queue.receive();
    if (messages.length === 0) break;
    for (const { body, receipt } of messages) {
      if (signal.aborted) break;
      const failure = parseFailure(undefined, body);
      if (failure.kind === 'unknown' || failure.kind === 'records') {
        tell('left: a message: it is no failure record of Lambda');
        totals = addRedriven(totals, { read: 1, failed: 1 });
        continue;
      }
      const ofOther = failure.kind === 'range' ? failure.range.functionName : failure.functionName;
      if (functionName !== undefined && ofOther !== functionName) continue;
      const entries = failure.kind === 'range' ? await readAgain(failure.range, options) : failure.entries;
      // A range that was read in part only says nothing of what is lost.
      if (signal.aborted) break;
      const lost = failure.kind === 'range' ? Math.max(0, failure.range.batchSize - entries.length) : 0;
      if (lost > 0 && failure.kind === 'range') tell(describeLost(failure.range, entries, lost));
      const { totals: own, rest } = await redrive.redrive(entries);
      totals = addRedriven(addRedriven(totals, own), { read: lost, lost });
      onTotals(totals);
      if (rest.length === 0 && lost === 0 && !isDryRun) await queue.remove(receipt);
    }
  }
  return totals;
}

/** What the stream still has of a range. */
async function readAgain(range: FailedRange, { readerOf, timer, share, signal }: RedriveQueueOptions) {
  const { shardId, first, last, condition } = range;
  const entries: FailedEntry[] = [];
  const pages = readShard({
    task: { shardId, after: [], start: { kind: 'at', sequenceNumber: first } },
    range: { kind: 'sequence', shardId, first, last },
    ...{ reader: readerOf(range.streamName), timer, share, signal },
  });
  for await (const { records } of pages) {
    for (const { sequenceNumber, partitionKey, arrivalMs, data } of records) {
      entries.push({
        ...{ shardId, sequenceNumber, partitionKey, errorType: condition, reason: '' },
        arrivalTime: new Date(arrivalMs).toISOString(),
        data: Buffer.from(data).toString('base64'),
      });
    }
  }
  return entries;
}

function describeLost({ shardId, first, last, batchSize }: FailedRange, found: readonly FailedEntry[], lost: number) {
  const until = found[0] === undefined ? `to ${last}` : `up to before ${found[0].sequenceNumber}`;
  return `lost: ${lost} of ${batchSize} records of ${shardId} have expired, from ${first} ${until}`;
}
