import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type LogEvent, lambdaTelemetry } from '../../../runtime/telemetry/lambda-telemetry.js';

type Written = Readonly<Record<string, unknown>>;
const lines: Written[] = [];

beforeEach(() => {
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      lines.push(
        ...String(chunk)
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Written),
      );
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

const make = () =>
  lambdaTelemetry<LogEvent & { readonly records: number }>({
    service: 'aggregate',
    namespace: 'KinesisPlatform',
    dimensions: { FunctionName: 'fn' },
  });

test('metrics are one embedded line with exactly the dimensions given, zeros included', () => {
  make().measure({ RecordsProcessed: 5, RecordsFailed: 0, UtilizationPercent: 7 });
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'KinesisPlatform',
            Dimensions: [['service', 'FunctionName']],
            Metrics: [
              { Name: 'RecordsProcessed', Unit: 'Count' },
              { Name: 'RecordsFailed', Unit: 'Count' },
              { Name: 'UtilizationPercent', Unit: 'Percent' },
            ],
          },
        ],
      },
      service: 'aggregate',
      FunctionName: 'fn',
      RecordsProcessed: 5,
      RecordsFailed: 0,
      UtilizationPercent: 7,
    },
  ]);
});

test('one measurement does not carry into the next', () => {
  const telemetry = make();
  telemetry.measure({ RecordsProcessed: 5 });
  telemetry.measure({ RecordsFailed: 1 });
  expect(lines[1]).not.toHaveProperty('RecordsProcessed');
  expect(lines[1]).toMatchObject({ service: 'aggregate', FunctionName: 'fn', RecordsFailed: 1 });
});

test('an event is one line of its level, named by its type', () => {
  make().log({ type: 'aggregate.set-aside', level: 'warn', records: 2 });
  expect(lines).toMatchObject([{ level: 'WARN', message: 'aggregate.set-aside', service: 'aggregate', records: 2 }]);
});
