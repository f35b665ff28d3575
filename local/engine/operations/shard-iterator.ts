// Shard iterators: a place in one shard of one stream, good for five minutes of lab time.
import { SHARD_ITERATOR_EXPIRY_MS } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import type { Shard } from '../streams/shard.js';
import type { Stream } from '../streams/stream.js';

/** A place that a reader goes on from. */
export interface ShardPlace {
  readonly stream: Stream;
  readonly shard: Shard;
  readonly position: number;
}

const VERSION = 'lab1';

export function renderIterator({ stream, shard, position }: ShardPlace, nowMs: number): string {
  const fields = [VERSION, stream.name, stream.createdAtMs, shard.id, position, nowMs];
  return Buffer.from(fields.join('|')).toString('base64');
}

/** Name of the stream that an iterator is of; undefined when it is none of this engine. */
export function streamOfIterator(text: unknown): string | undefined {
  const [version, name] = Buffer.from(String(text ?? ''), 'base64')
    .toString('utf8')
    .split('|');
  return version === VERSION ? name : undefined;
}

/** Finds the place an iterator stands for; refuses one that is malformed, too old, or of a stream that is gone. */
export function parseIterator(engine: EngineContext, text: string, nowMs: number): ShardPlace {
  const fields = Buffer.from(text, 'base64').toString('utf8').split('|');
  const [version, name = '', created, id = '', position, issued] = fields;
  if (version !== VERSION || fields.length !== 6) {
    throw new ServiceError('InvalidArgumentException', 'Invalid ShardIterator.');
  }
  if (nowMs - Number(issued) > SHARD_ITERATOR_EXPIRY_MS) {
    throw new ServiceError(
      'ExpiredIteratorException',
      `Iterator expired. The iterator was created at time ${utc(Number(issued))} while right now it is ${utc(nowMs)} which is further in the future than the tolerated delay of ${SHARD_ITERATOR_EXPIRY_MS} milliseconds.`,
    );
  }
  const stream = engine.streams.findUsable({ StreamName: name });
  const shard = stream.shard(id);
  if (!shard || stream.createdAtMs !== Number(created)) {
    throw new ServiceError(
      'ResourceNotFoundException',
      `Shard ${id} in stream ${name} under account ${stream.accountId} does not exist`,
    );
  }
  return { stream, shard, position: Number(position) };
}

/** Time as the service writes it: Sat Nov 21 02:33:06 UTC 2026. */
function utc(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}
