// Counts of a redrive: `read = redriven + filtered + failed + lost`.
import type { RedriveTotals } from './redrive.js';

export const NOTHING_REDRIVEN: RedriveTotals = { read: 0, redriven: 0, filtered: 0, failed: 0, lost: 0 };

export function addRedriven(a: RedriveTotals, b: Partial<RedriveTotals>): RedriveTotals {
  return {
    read: a.read + (b.read ?? 0),
    redriven: a.redriven + (b.redriven ?? 0),
    filtered: a.filtered + (b.filtered ?? 0),
    failed: a.failed + (b.failed ?? 0),
    lost: a.lost + (b.lost ?? 0),
  };
}
