// Per-operation call rates, for callers from outside: what the lab's own pollers stand for is inside the service.
import { CALL_RATES } from '../../../core/call-rates.js';
import { streamNameOf } from '../../../core/stream-arn.js';
import { ServiceError } from '../../service-error.js';
import { TokenBucket } from './token-bucket.js';

/** Members of an input that say which stream or shard it is about. */
interface About {
  readonly StreamName?: unknown;
  readonly StreamARN?: unknown;
  readonly ConsumerARN?: unknown;
  readonly ShardId?: unknown;
}

/** Counts the calls of each operation, by account, stream or shard. */
export class CallRates {
  readonly #buckets = new Map<string, TokenBucket>();

  /** Counts one call; throws the service's error when it is one too many in this second. */
  admit(operation: string, input: About, nowMs: number): void {
    const rate = Object.hasOwn(CALL_RATES, operation) ? CALL_RATES[operation] : undefined;
    if (!rate) return;
    const about = { account: '', stream: streamOf(input), shard: `${streamOf(input)}/${input.ShardId}` }[rate.per];
    const key = `${operation} ${about}`;
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(rate.perSecond, nowMs);
      this.#buckets.set(key, bucket);
    }
    if (bucket.available(nowMs) < 1) {
      const text = `Rate exceeded for ${operation}: ${rate.perSecond} calls a second for each ${rate.per}.`;
      throw new ServiceError(
        rate.per === 'shard' ? 'ProvisionedThroughputExceededException' : 'LimitExceededException',
        text,
      );
    }
    bucket.spend(1);
  }

  /** Forgets who has not called for a while: their buckets are full again. */
  prune(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.available(nowMs) >= bucket.perSecond) this.#buckets.delete(key);
    }
  }
}

function streamOf({ StreamName: name, StreamARN: arn, ConsumerARN: consumer }: About): string {
  if (typeof name === 'string') return name;
  return streamNameOf(String(arn ?? consumer ?? ''));
}
