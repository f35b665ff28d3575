// The planner against the published autoscalers, on traces of a folder or on made-up traffic; how it stands when the
// service is not as assumed; and what a decision costs in time. `--traces DIR` reads every CSV file of a folder, `--peak N`
// scales each to N MiB/s.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTrace } from '../cli/trace-file.js';
import { GENERATOR_NAMES, generateTrace } from '../core/scaling/simulation/generators.js';
import type { Trace } from '../core/scaling/simulation/trace.js';
import { compare, policyRows, traceRows } from './autoscaler/compare.js';
import { sensitivity } from './autoscaler/sensitivity.js';
import { compareSkewed } from './autoscaler/skew.js';
import { measureSpeed } from './autoscaler/speed.js';
import type { Bench } from './bench.js';

const PEAK = 40;
const GENERATED = { seed: 1, days: 7 };

export const autoscaler: Bench = {
  name: 'autoscaler',
  flags: ['traces', 'peak'],
  async run(flags) {
    const peak = Number(flags.peak ?? PEAK);
    if (!(peak > 0)) throw new RangeError(`'--peak' must be above 0, got ${flags.peak}; give MiB/s`);
    const tracesAt = (height: number) => openTraces(flags.traces, height);
    const compared = compare(tracesAt(peak));
    const { planner } = compared.policies;
    const turned = sensitivity(tracesAt, peak);
    const skewed = compareSkewed();
    const speed = measureSpeed();
    return {
      json: {
        throttledVolume: planner.throttledVolume,
        throttledMean: planner.throttledMean,
        minutesPerDay: planner.minutesPerDay,
        xOracle: planner.xOracle,
        j: planner.j,
        refused: planner.refused,
        policies: compared.policies,
        traces: compared.traces,
        sensitivity: turned.json,
        skew: skewed.json,
        ...speed,
      },
      table: [
        ...policyRows(compared.policies),
        ...traceRows(compared.traces),
        ...turned.rows,
        ...skewed.rows,
        row('one decision at 10,000 shards, ms', speed.decisionMs),
        row('the same when demand trebled, ms', speed.decisionAfterJumpMs),
        row('a week of a stream simulated, seconds', speed.streamWeekSeconds),
      ],
    };
  },
};

function row(label: string, value: number): readonly string[] {
  return [label, String(value), '', '', '', '', '', '', '', ''];
}

function openTraces(folder: string | undefined, peak: number): readonly Trace[] {
  if (folder === undefined) return GENERATOR_NAMES.map((name) => generateTrace(name, { ...GENERATED, peak }));
  const files = readdirSync(folder).filter((file) => file.endsWith('.csv'));
  if (files.length === 0) throw new RangeError(`'--traces' must have CSV files, got none in '${folder}'; give another`);
  return files.sort().map((file) => readTrace(join(folder, file), peak));
}
