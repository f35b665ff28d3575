// The service's time, by the date of its replies: this machine's clock may be off, and a lab's runs at a speed of its own.
import type { KinesisClient } from '@aws-sdk/client-kinesis';

export class ServiceTime {
  #aheadMs = 0;

  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Learns from every reply that `client` gets. */
  follow(client: KinesisClient): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { headers } = (result.response ?? {}) as { readonly headers?: Readonly<Record<string, string>> };
        const dateMs = Date.parse(headers?.date ?? headers?.Date ?? '');
        // The date is in whole seconds: a difference below one is none.
        if (!Number.isNaN(dateMs)) {
          const aheadMs = dateMs - Date.now();
          this.#aheadMs = Math.abs(aheadMs) < 1_500 ? 0 : aheadMs;
        }
        return result;
      },
      { step: 'deserialize', priority: 'high', name: 'serviceTime' },
    );
  }
}
