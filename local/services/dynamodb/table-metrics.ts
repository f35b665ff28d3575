// AWS/DynamoDB metrics of requests that a table did not serve. DynamoDB knows them by table and operation only: a
// metric of the table alone does not exist there.
import type { Clock } from '../../clock.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import type { ServiceGate, ServiceRequest, ServiceResponse } from '../http-endpoint.js';

const THROTTLED = /ThrottlingException|ProvisionedThroughputExceeded|RequestLimitExceeded/;

/** Passes every request through `gate`, if there is one, and counts what became of it. */
export function countUnserved(gate: ServiceGate | undefined, metrics: MetricSink, clock: Clock): ServiceGate {
  return async (request, respond) => {
    const response = gate ? await gate(request, respond) : await respond();
    const name = metricOf(response);
    if (name === undefined) return response;
    const Operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    for (const TableName of tablesOf(request)) {
      const dimensions = { TableName, Operation };
      metrics.put({ namespace: 'AWS/DynamoDB', dimensions, name, value: 1, unit: 'Count', atMs: clock.nowMs() });
    }
    return response;
  };
}

function metricOf({ status, headers }: ServiceResponse): 'ThrottledRequests' | 'SystemErrors' | undefined {
  if (status === 503 || THROTTLED.test(headers?.['x-amzn-query-error'] ?? '')) return 'ThrottledRequests';
  return status >= 500 ? 'SystemErrors' : undefined;
}

interface NamedTables {
  readonly TableName?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
}

/** Tables that a request names: one, or those of a batch or a transaction. */
function tablesOf({ body }: ServiceRequest): string[] {
  try {
    const { TableName, RequestItems = {}, TransactItems = [] }: NamedTables = JSON.parse(body.toString('utf8'));
    if (TableName !== undefined) return [TableName];
    const parts = TransactItems.flatMap((item) => Object.values(item).flatMap((part) => part.TableName ?? []));
    return [...new Set([...Object.keys(RequestItems), ...parts])];
  } catch {
    return [];
  }
}
