// Every stream of the account, found by name, ARN or consumer ARN; what is not there is refused as the service does.
import { ServiceError } from '../../service-error.js';
import type { FanOutConsumer, Stream } from './stream.js';

/** Account and Region that the lab stands in for. */
export interface Identity {
  readonly accountId: string;
  readonly region: string;
}

/** How an input names its stream. */
export interface StreamName {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** The streams of one account and Region. */
export class StreamRegistry {
  readonly identity: Identity;
  readonly #streams = new Map<string, Stream>();

  constructor(identity: Identity) {
    this.identity = identity;
  }

  /** Streams sorted by name, as ListStreams gives them. */
  all(): Stream[] {
    return [...this.#streams.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  arnOf(name: string): string {
    return `arn:aws:kinesis:${this.identity.region}:${this.identity.accountId}:stream/${name}`;
  }

  add(stream: Stream): void {
    this.#streams.set(stream.name, stream);
  }

  delete(name: string): void {
    this.#streams.delete(name);
  }

  get(name: string): Stream | undefined {
    return this.#streams.get(name);
  }

  /** The stream that an input names by StreamName or StreamARN. */
  find(input: StreamName): Stream {
    const { StreamName: name, StreamARN: arn } = input;
    if (arn === undefined && name === undefined) {
      throw new ServiceError('InvalidArgumentException', 'Either StreamName or StreamARN must be given.');
    }
    const named = arn?.slice(arn.indexOf('/') + 1) ?? name!;
    if (name !== undefined && arn !== undefined && name !== named) {
      throw new ServiceError('InvalidArgumentException', `StreamARN ${arn} is not the ARN of stream ${name}.`);
    }
    const stream = this.#streams.get(named);
    if (!stream || (arn !== undefined && arn !== stream.arn)) throw this.notFound(named);
    return stream;
  }

  /** The same, refused while the stream is being changed. */
  findActive(input: StreamName): Stream {
    const stream = this.find(input);
    if (stream.status === 'ACTIVE') return stream;
    throw new ServiceError(
      'ResourceInUseException',
      `Stream ${stream.name} under account ${stream.accountId} not ACTIVE, instead in state ${stream.status}`,
    );
  }

  /** The same, for reads and writes: they go on while the stream is UPDATING. */
  findUsable(input: StreamName): Stream {
    const stream = this.find(input);
    if (stream.status === 'ACTIVE' || stream.status === 'UPDATING') return stream;
    throw this.notFound(stream.name);
  }

  /** The consumer with this ARN, and its stream. */
  findConsumer(arn: string): { stream: Stream; consumer: FanOutConsumer } {
    const name = /:stream\/([^/]+)\/consumer\//.exec(arn)?.[1];
    const stream = name === undefined ? undefined : this.#streams.get(name);
    const consumer = stream && [...stream.consumers.values()].find((candidate) => candidate.arn === arn);
    if (stream && consumer) return { stream, consumer };
    throw new ServiceError(
      'ResourceNotFoundException',
      `Consumer ${arn} under account ${this.identity.accountId} not found.`,
    );
  }

  notFound(name: string): ServiceError {
    const { accountId } = this.identity;
    return new ServiceError('ResourceNotFoundException', `Stream ${name} under account ${accountId} not found.`);
  }
}

/** The shard of a stream with this id. */
export function findShard(stream: Stream, id: string) {
  const shard = stream.shard(id);
  if (shard) return shard;
  throw new ServiceError(
    'ResourceNotFoundException',
    `Could not find shard ${id} in stream ${stream.name} under account ${stream.accountId}.`,
  );
}
