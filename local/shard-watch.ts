// Keeps the list of every stream's shards, open and closed, for whoever must answer at once.
import type { KinesisApi } from './engine/api.js';

export interface StreamShards {
  readonly ids: readonly string[];
  readonly open: number;
}

const NONE: StreamShards = { ids: [], open: 0 };

export class ShardWatch {
  readonly #api: Pick<KinesisApi, 'ListShards'>;
  readonly #streamNames: readonly string[];
  readonly #shards = new Map<string, StreamShards>();

  constructor(api: Pick<KinesisApi, 'ListShards'>, streamNames: readonly string[]) {
    this.#api = api;
    this.#streamNames = streamNames;
  }

  /** As of the last refresh. */
  shards(streamName: string): StreamShards {
    return this.#shards.get(streamName) ?? NONE;
  }

  async refresh(): Promise<void> {
    for (const streamName of this.#streamNames) this.#shards.set(streamName, await this.#list(streamName));
  }

  async #list(streamName: string): Promise<StreamShards> {
    const ids: string[] = [];
    let open = 0;
    let page = await this.#api.ListShards({ StreamName: streamName });
    for (;;) {
      for (const { ShardId, SequenceNumberRange } of page.Shards ?? []) {
        ids.push(ShardId!);
        if (SequenceNumberRange?.EndingSequenceNumber === undefined) open += 1;
      }
      if (page.NextToken === undefined) return { ids, open };
      page = await this.#api.ListShards({ NextToken: page.NextToken });
    }
  }
}
