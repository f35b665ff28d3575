// Tells which records were given up, the first of them one by one, and how many more there were.
import { renderOrigin } from '../../core/records/replay-mark.js';
import type { FailedDelivery } from '../../runtime/replay/ports.js';

const TOLD = 20;

export class FailedTellings {
  readonly #tell: (line: string) => void;
  #count = 0;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  add(failed: readonly FailedDelivery[]): void {
    for (const { origin, reason } of failed) {
      this.#count += 1;
      if (this.#count <= TOLD) this.#tell(`failed: ${origin ? renderOrigin(origin) : 'a record'}: ${reason}`);
    }
  }

  close(): void {
    if (this.#count > TOLD) this.#tell(`failed: ${this.#count - TOLD} more`);
  }
}
