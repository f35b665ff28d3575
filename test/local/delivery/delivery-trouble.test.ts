// A delivery outlives the trouble of its stream, too.
import { expect, test } from '@jest/globals';
import { DeliveryRunner } from '../../../local/delivery/delivery-runner.js';
import { ServiceError } from '../../../local/service-error.js';
import { aDelivery, MemoryObjects } from '../../support/a-delivery.js';
import { anEngine, putText } from '../../support/an-engine.js';
import { failing, first } from '../../support/failing.js';

const unavailable = () => new ServiceError('ServiceUnavailable', 'not now', 503);
const throttled = () => new ServiceError('LimitExceededException', 'too often');

function aRunner(trouble: (engine: ReturnType<typeof anEngine>['engine']) => object) {
  const { engine, clock, metrics } = anEngine();
  const objects = new MemoryObjects();
  const errors: unknown[] = [];
  const runner = new DeliveryRunner({
    delivery: aDelivery(),
    kinesis: { ...engine, ...trouble(engine) },
    functions: { invoke: () => Promise.reject(new Error('no function was expected')) },
    onFault: (error) => errors.push(error),
    ...{ objects, metrics, clock },
  });
  return { engine, clock, objects, runner, errors };
}

test('takes its place although it is refused at first, and goes on when reads fail', async () => {
  const { engine, clock, objects, runner, errors } = aRunner(({ ListShards, GetShardIterator, GetRecords }) => ({
    ListShards: failing(async (input: Parameters<typeof ListShards>[0]) => ListShards(input), first(2, throttled)),
    GetShardIterator: failing(
      async (input: Parameters<typeof GetShardIterator>[0]) => GetShardIterator(input),
      first(2, unavailable),
    ),
    GetRecords: failing(async (input: Parameters<typeof GetRecords>[0]) => GetRecords(input), first(3, unavailable)),
  }));
  const started = runner.start();
  await clock.advance(10_000);
  await started;
  await putText(engine, 'a');
  await clock.advance(10_000);
  await runner.stop();
  await runner.flush();
  expect(errors).toEqual([]);
  expect(objects.lines('objects/events/')).toEqual(['a']);
});

test('tells of an error that does not pass by itself', async () => {
  const gone = new ServiceError('ResourceNotFoundException', 'no such stream');
  const { clock, runner, errors } = aRunner(() => ({ GetRecords: () => Promise.reject(gone) }));
  await runner.start();
  await clock.advance(2_000);
  expect(errors).toEqual([gone]);
});
