// The end of a run, as a table for people and as one JSON object for programs.
import type { LabTotals } from '../local/lab-status.js';

/** Totals of a run together with the input that never became a record. */
export interface RunTotals extends LabTotals {
  readonly rejected: number;
}

/** One line; the order of the fields is part of the promise. */
export function renderTotalsJson(totals: RunTotals): string {
  const { produced, rejected, consumers, delivered, alerts, resizes, balanced, refusedCalls } = totals;
  return JSON.stringify({ produced, rejected, consumers, delivered, alerts, resizes, balanced, refusedCalls });
}

export function renderTotals(totals: RunTotals): string {
  const consumers = Object.entries(totals.consumers);
  const goesOn = consumers.some(([, { carriedOver }]) => carriedOver !== undefined);
  const header = ['consumer', ...(goesOn ? ['carried over'] : []), 'produced', 'processed', 'failed', 'unread'];
  const rows = consumers.map(([name, consumer]) => [
    name,
    ...(goesOn ? [String(consumer.carriedOver)] : []),
    ...[totals.produced, consumer.processed, consumer.failed, consumer.unread].map(String),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const align = (row: readonly string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ');
  return [
    ...[header, ...rows].map(align),
    '',
    `produced ${totals.produced}  rejected ${totals.rejected}  delivered ${totals.delivered}  ` +
      `alerts ${totals.alerts}  resizes ${totals.resizes}  ${totals.balanced ? 'balanced' : 'NOT BALANCED'}`,
    ...renderRefused(totals.refusedCalls),
    ...Object.entries(totals.missing).map(([name, missing]) => `  ${name}: ${renderMissing(missing)}`),
  ].join('\n');
}

/** Records can be in balance although functions could not do their work. */
function renderRefused(refusedCalls: number): string[] {
  if (refusedCalls === 0) return [];
  const calls = refusedCalls === 1 ? '1 call was' : `${refusedCalls} calls were`;
  return [`  ${calls} REFUSED by the template's permissions; look at the lines REFUSED below`];
}

/** How far a consumer's numbers are from its stream's, and where to look for the difference. */
function renderMissing(missing: number): string {
  if (missing < 0) {
    const twice = 'look for what was delivered twice, in logs/ and in its bucket';
    return `${-missing} more accounted for than its stream gave it; ${twice}`;
  }
  const records = missing === 1 ? '1 record is' : `${missing} records are`;
  return `${records} neither processed, failed nor unread; look at the errors above, in logs/ and in its failure bucket`;
}
