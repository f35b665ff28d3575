// A run as a picture: demand, capacity and throttling over time, as SVG written by hand.
import type { Outcome } from '../core/scaling/simulation/simulate.js';
import { MINUTES_PER_DAY, type Trace } from '../core/scaling/simulation/trace.js';

const WIDTH = 1_000;
const PANEL = 220;
const MARGIN = { left: 46, right: 12, top: 30, bottom: 24 };

/** Points of a line at most: a picture has no more pixels. */
const POINTS = 600;

const COLOURS = { demand: '#2563eb', capacity: '#9ca3af', throttled: '#dc2626', text: '#374151', grid: '#e5e7eb' };

/** Draws one panel for each run, one below the other, all on the same axes. */
export function renderPlot(trace: Trace, outcomes: readonly Outcome[]): string {
  const top = outcomes.reduce(
    (high, { shards }) => shards.reduce((most, value) => Math.max(most, value), high),
    trace.load.reduce((high, value) => Math.max(high, value), 1),
  );
  const height = outcomes.length * PANEL;
  const panels = outcomes.map((outcome, at) => renderPanel(trace, outcome, { top: niceTop(top), offset: at * PANEL }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">
<title>${escapeXml(`Demand, capacity and throttling on ${trace.name}`)}</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${panels.join('\n')}
</svg>
`;
}

interface Frame {
  /** Highest load of the axis, MiB/s. */
  readonly top: number;
  readonly offset: number;
}

function renderPanel(trace: Trace, outcome: Outcome, frame: Frame): string {
  const { minutes, shards, rejectedByMinute } = outcome;
  const bottom = frame.offset + PANEL - MARGIN.bottom;
  const x = (minute: number) => MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * minute) / Math.max(1, minutes);
  const y = (load: number) => bottom - ((PANEL - MARGIN.top - MARGIN.bottom) * load) / frame.top;
  const stride = Math.max(1, Math.ceil(minutes / POINTS));
  const path = (values: Float64Array) => {
    const points: string[] = [];
    for (let from = 0; from < minutes; from += stride) {
      let high = 0;
      for (let minute = from; minute < Math.min(minutes, from + stride); minute += 1)
        high = Math.max(high, values[minute]!);
      points.push(`${x(from).toFixed(1)} ${y(high).toFixed(1)}`);
    }
    return `M${points.join('L')}`;
  };
  const area = (values: Float64Array) => `${path(values)}L${x(minutes).toFixed(1)} ${bottom}L${MARGIN.left} ${bottom}Z`;
  const share = outcome.offered > 0 ? (outcome.rejected / outcome.offered) * 100 : 0;
  const title = `${outcome.policy} on ${trace.name}: ${share.toFixed(2)} % throttled, ${(outcome.shards.reduce((sum, value) => sum + value, 0) / minutes).toFixed(1)} shards on average`;
  return `<g>
<text x="${MARGIN.left}" y="${frame.offset + 18}" fill="${COLOURS.text}" font-size="13">${escapeXml(title)}</text>
${gridLines(frame, minutes, { x, y, bottom })}
<path d="${area(shards)}" fill="${COLOURS.capacity}" fill-opacity="0.35"/>
<path d="${path(shards)}" fill="none" stroke="${COLOURS.capacity}"/>
<path d="${path(trace.load)}" fill="none" stroke="${COLOURS.demand}"/>
${outcome.rejected > 0 ? `<path d="${area(rejectedByMinute)}" fill="${COLOURS.throttled}" stroke="${COLOURS.throttled}"/>` : ''}
${legend(frame.offset + 18)}
</g>`;
}

function gridLines(
  { top }: Frame,
  minutes: number,
  { x, y, bottom }: { x: (minute: number) => number; y: (load: number) => number; bottom: number },
): string {
  const lines: string[] = [];
  for (let part = 0; part <= 4; part += 1) {
    const load = (top * part) / 4;
    lines.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(load).toFixed(1)}" y2="${y(load).toFixed(1)}" stroke="${COLOURS.grid}"/>`,
      `<text x="${MARGIN.left - 6}" y="${(y(load) + 4).toFixed(1)}" text-anchor="end" fill="${COLOURS.text}">${Number(load.toFixed(1))}</text>`,
    );
  }
  for (let day = 0; day * MINUTES_PER_DAY < minutes; day += 1) {
    lines.push(
      `<text x="${x(day * MINUTES_PER_DAY).toFixed(1)}" y="${bottom + 15}" fill="${COLOURS.text}">day ${day}</text>`,
    );
  }
  return lines.join('\n');
}

function legend(y: number): string {
  const entries = [
    ['demand, MiB/s', COLOURS.demand],
    ['capacity, shards', COLOURS.capacity],
    ['throttled, MiB/s', COLOURS.throttled],
  ] as const;
  return entries
    .map(([label, colour], at) => {
      const x = WIDTH - MARGIN.right - (entries.length - at) * 115;
      return `<rect x="${x}" y="${y - 8}" width="9" height="9" fill="${colour}"/><text x="${x + 13}" y="${y}" fill="${COLOURS.text}">${label}</text>`;
    })
    .join('');
}

/** The next round number at or above. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 2.5, 4, 5, 8, 10].map((factor) => factor * power).find((top) => top >= value) ?? value;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
