// Keys of unequal weight: where they fall among the hash keys, and how much load a range of hash keys has.
import { seededRandom } from '../../records/seeded-random.js';

export interface SkewSettings {
  readonly keys: number;
  /** Exponent of Zipf's law: weight of the n-th key is n to the minus this. */
  readonly exponent: number;
  /** Minutes until the keys change their ranks. */
  readonly redrawMinutes: number;
  readonly seed: number;
}

export class SkewedKeys {
  private readonly settings: SkewSettings;
  private readonly random: () => number;
  private readonly positions: Float64Array;
  private readonly weights: Float64Array;
  /** Share of the load of the keys before each position, in their order. */
  private cumulative: Float64Array;
  private epoch = -1;

  constructor(settings: SkewSettings) {
    this.settings = settings;
    this.random = seededRandom(settings.seed);
    this.positions = Float64Array.from({ length: settings.keys }, () => this.random()).sort();
    const weights = Float64Array.from({ length: settings.keys }, (_, rank) => (rank + 1) ** -settings.exponent);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.weights = weights.map((weight) => weight / total);
    this.cumulative = new Float64Array(settings.keys + 1);
  }

  /** Re-draws the ranks when it is time to; true when it did. */
  moveTo(minute: number): boolean {
    const epoch = Math.floor(minute / this.settings.redrawMinutes);
    if (epoch === this.epoch) return false;
    this.epoch = epoch;
    const shuffled = this.weights.slice();
    for (let at = shuffled.length - 1; at > 0; at -= 1) {
      const other = Math.floor(this.random() * (at + 1));
      [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
    }
    for (let at = 0; at < shuffled.length; at += 1) this.cumulative[at + 1] = this.cumulative[at]! + shuffled[at]!;
    return true;
  }

  /** Share of the load between two hash keys, given as parts of the hash key space. */
  shareOf(start: number, end: number): number {
    return this.cumulative[this.keysBelow(end)]! - this.cumulative[this.keysBelow(start)]!;
  }

  private keysBelow(position: number): number {
    let low = 0;
    let high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
