// Turns what Firehose delivers into one line of JSON per event, and sends what is no event to the error output.
import { TRANSFORM_REPLY_MAX_BYTES } from '../../core/limits-firehose.js';
import { compactJson } from '../../core/records/compact-json.js';
import { parseEvent } from '../../runtime/consumer/event-schema.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRICS, type TransformEvent, type TransformedRecord, type TransformReply } from './contract.js';

export type TransformLog =
  | { readonly type: 'transform.refused'; readonly level: 'warn'; readonly records: number }
  | { readonly type: 'transform.overflowed'; readonly level: 'error'; readonly records: number };

/** Everything the transform needs from the outside world. */
export interface TransformPorts {
  readonly telemetry: Telemetry<TransformLog>;
}

const REPLY_FRAME_BYTES = Buffer.byteLength('{"records":[]}');

/**
 * Transforms a batch; every record id comes back once, in order.
 *
 * The reply stays within Firehose's limit: an event for which no room is left goes to the error output, where Firehose
 * keeps the source record, instead of failing the whole batch. A smaller buffer in front of the transform avoids it.
 */
export function transform(
  { telemetry }: TransformPorts,
  { records }: TransformEvent,
  maxReplyBytes = TRANSFORM_REPLY_MAX_BYTES,
): TransformReply {
  const least = records.map(({ recordId }) => replyBytes({ recordId, result: 'ProcessingFailed', data: '' }));
  let room = maxReplyBytes - REPLY_FRAME_BYTES - least.reduce((sum, bytes) => sum + bytes, 0);
  let refused = 0;
  let overflowed = 0;
  const replies = records.map((record, i): TransformedRecord => {
    const wanted = transformRecord(record);
    if (wanted.result !== 'Ok') refused += 1;
    const more = replyBytes(wanted) - least[i]!;
    if (more <= room) {
      room -= more;
      return wanted;
    }
    if (wanted.result === 'Ok') overflowed += 1;
    return { recordId: record.recordId, result: 'ProcessingFailed', data: '' };
  });
  if (refused > 0) telemetry.log({ type: 'transform.refused', level: 'warn', records: refused });
  if (overflowed > 0) telemetry.log({ type: 'transform.overflowed', level: 'error', records: overflowed });
  const failed = refused + overflowed;
  telemetry.measure({ [METRICS.recordsProcessed]: records.length - failed, [METRICS.recordsFailed]: failed });
  return { records: replies };
}

function transformRecord({ recordId, data }: TransformEvent['records'][number]): TransformedRecord {
  const bytes = Buffer.from(data, 'base64');
  if (parseEvent(bytes).kind === 'bad') return { recordId, result: 'ProcessingFailed', data };
  const line = Buffer.from(`${compactJson(bytes.toString('utf8'))}\n`, 'utf8');
  return { recordId, result: 'Ok', data: line.toString('base64') };
}

/** Bytes of a record in the reply, its comma included. */
function replyBytes(record: TransformedRecord): number {
  return record.data.length + Buffer.byteLength(JSON.stringify({ ...record, data: '' })) + 1;
}
