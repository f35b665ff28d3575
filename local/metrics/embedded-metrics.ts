// Embedded metrics: a log line of a function that CloudWatch reads as datapoints.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import type { Datapoint } from './metric-sink.js';

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

/** Gives the datapoints of a log line; none when it is not in the format. A line may have text before the JSON. */
export function parseEmbeddedMetrics(line: string): Datapoint[] {
  if (!line.includes('"_aws"')) return [];
  let root: unknown;
  try {
    root = JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return [];
  }
  if (!isObject(root) || !isObject(root._aws)) return [];
  const { Timestamp: atMs, CloudWatchMetrics: directives } = root._aws;
  if (typeof atMs !== 'number' || !Array.isArray(directives)) return [];
  return directives
    .filter(isObject)
    .flatMap((directive) => readDirective(root as Record<string, unknown>, directive, atMs));
}

function readDirective(root: Record<string, unknown>, directive: Directive, atMs: number): Datapoint[] {
  const { Namespace: namespace, Metrics: metrics } = directive;
  if (typeof namespace !== 'string' || !Array.isArray(metrics)) return [];
  // Without dimension sets a metric is put once, without dimensions.
  const sets = Array.isArray(directive.Dimensions) && directive.Dimensions.length > 0 ? directive.Dimensions : [[]];
  return sets.flatMap((names: unknown) => {
    const dimensions = readDimensions(root, names);
    if (!dimensions) return [];
    return metrics.filter(isObject).flatMap(({ Name: name, Unit: unit }) => {
      if (typeof name !== 'string') return [];
      const values = [root[name]].flat().filter((value) => typeof value === 'number');
      const at = { namespace, dimensions, name, atMs, ...(typeof unit === 'string' ? { unit } : {}) };
      return values.map((value) => ({ ...at, value }));
    });
  });
}

function readDimensions(root: Record<string, unknown>, names: unknown): Record<string, string> | undefined {
  if (!Array.isArray(names)) return undefined;
  const entries = names.map((name) => [String(name), root[String(name)]] as const);
  if (entries.some(([, value]) => typeof value !== 'string')) return undefined;
  return Object.fromEntries(entries) as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
