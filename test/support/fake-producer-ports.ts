import type { PutEntry } from '../../core/batching/check-put-entry.js';
import type { EntryReply, RequestReply } from '../../runtime/producer/ports.js';
import type { PutPorts } from '../../runtime/producer/put-entries.js';

/** What a fake stream does with one entry: an error code, or nothing to accept it. */
export type EntryScript = (entry: PutEntry, call: number) => string | undefined;

/** Ports on a fake stream that remember what they were asked. */
export interface FakeProducerPorts extends PutPorts {
  /** Keys of the entries of each call. */
  readonly calls: string[][];
  /** Keys accepted, in order of acceptance. */
  readonly accepted: string[];
  readonly sleptMs: number[];
}

/** A reply to the whole call. */
export function aRequestFailure(overrides: Partial<Extract<RequestReply, { kind: 'failed' }>> = {}): RequestReply {
  return { kind: 'failed', errorCode: 'TimeoutError', message: 'timed out', retryable: true, ...overrides };
}

/**
 * A stream that accepts what `script` has no error for, unless `request` answers the whole call instead.
 */
export function fakeProducerPorts(
  script: EntryScript = () => undefined,
  request: (call: number) => RequestReply | undefined = () => undefined,
): FakeProducerPorts {
  const calls: string[][] = [];
  const accepted: string[] = [];
  const sleptMs: number[] = [];
  const reply = (entry: PutEntry, call: number): EntryReply => {
    const errorCode = script(entry, call);
    if (errorCode !== undefined) return { kind: 'failed', errorCode, message: `${errorCode} of the entry` };
    accepted.push(entry.partitionKey);
    return { kind: 'put', shardId: 'shardId-000000000000', sequenceNumber: String(accepted.length) };
  };
  return {
    calls,
    accepted,
    sleptMs,
    random: () => 0.5,
    sleep: async (ms) => {
      sleptMs.push(ms);
    },
    putRecords: async (_streamName, entries) => {
      calls.push(entries.map(({ partitionKey }) => partitionKey));
      const call = calls.length;
      return request(call) ?? { kind: 'replied', entries: entries.map((entry) => reply(entry, call)) };
    },
  };
}
