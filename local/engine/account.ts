// The account's throughput commitment, On-demand Advantage: with it on-demand streams may be warmed up and have more
// consumers. It lasts for a day at least.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
import type { MinimumThroughputBillingCommitmentOutput } from '@aws-sdk/client-kinesis';
import { COMMITMENT_MIN_MS } from '../../core/limits.js';

/** Settings of the one account that an engine has. */
export class Account {
  #startedAtMs: number | undefined;
  #endedAtMs: number | undefined;

  /** Tells whether the account has On-demand Advantage now. */
  isCommitted(nowMs: number): boolean {
    return this.#startedAtMs !== undefined && (this.#endedAtMs === undefined || nowMs < this.#endedAtMs);
  }

  commit(nowMs: number): void {
    if (!this.isCommitted(nowMs)) this.#startedAtMs = nowMs;
    this.#endedAtMs = undefined;
  }

  /** Ends the commitment, as soon as its first day is over. */
  end(nowMs: number): void {
    if (!this.isCommitted(nowMs) || this.#endedAtMs !== undefined) return;
    this.#endedAtMs = Math.max(nowMs, this.#startedAtMs! + COMMITMENT_MIN_MS);
  }

  render(nowMs: number): MinimumThroughputBillingCommitmentOutput {
    const startedAtMs = this.#startedAtMs;
    const endedAtMs = this.#endedAtMs;
    const committed = this.isCommitted(nowMs);
    if (startedAtMs === undefined) return { Status: 'DISABLED' };
    return {
      Status: !committed ? 'DISABLED' : endedAtMs === undefined ? 'ENABLED' : 'ENABLED_UNTIL_EARLIEST_ALLOWED_END',
      StartedAt: new Date(startedAtMs),
      ...(endedAtMs !== undefined && { EndedAt: new Date(endedAtMs) }),
      ...(committed && { EarliestAllowedEndAt: new Date(startedAtMs + COMMITMENT_MIN_MS) }),
    };
  }

  /** What a restart brings back. */
  state(): readonly [startedAtMs: number | undefined, endedAtMs: number | undefined] {
    return [this.#startedAtMs, this.#endedAtMs];
  }

  restore([startedAtMs, endedAtMs]: ReturnType<Account['state']>): void {
    this.#startedAtMs = startedAtMs;
    this.#endedAtMs = endedAtMs;
  }
}
