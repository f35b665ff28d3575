// What became of every row: `produced = put + rejected + failed + spilled`.

export interface PutTotals {
  /** Rows that were read. */
  readonly produced: number;
  /** Accepted by the stream. */
  readonly put: number;
  /** Rows that cannot be records. */
  readonly rejected: number;
  /** Neither accepted nor kept. */
  readonly failed: number;
  /** Not accepted, and kept in the spill file. */
  readonly spilled: number;
}

export class Tally {
  readonly #counts = { put: 0, rejected: 0, failed: 0, spilled: 0 };
  #produced = 0;
  #bytes = 0;

  read(): void {
    this.#produced += 1;
  }

  add(outcome: 'put' | 'rejected' | 'failed' | 'spilled', bytes = 0): void {
    this.#counts[outcome] += 1;
    if (outcome === 'put') this.#bytes += bytes;
  }

  /** Bytes of what the stream has accepted. */
  get putBytes(): number {
    return this.#bytes;
  }

  get totals(): PutTotals {
    return { produced: this.#produced, ...this.#counts };
  }
}

export function isAllDelivered({ produced, put }: PutTotals): boolean {
  return produced === put;
}

export function renderPutTotals({ produced, put, rejected, failed, spilled }: PutTotals): string {
  return `produced ${produced}  put ${put}  rejected ${rejected}  failed ${failed}  spilled ${spilled}`;
}
