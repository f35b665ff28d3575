// One operation as data: the members of its input, and what it does once they hold.
import { ServiceError } from '../../service-error.js';
import type { KinesisApi } from '../api.js';
import type { EngineContext } from '../context.js';
import type { InputShape } from '../validation/check-input.js';

type Input<K extends keyof KinesisApi> = Parameters<KinesisApi[K]>[0];
type Output<K extends keyof KinesisApi> = Awaited<ReturnType<KinesisApi[K]>>;

/** An operation of the API, run in one go: nothing else touches the streams meanwhile. */
export interface Operation<K extends keyof KinesisApi> extends InputShape {
  run(engine: EngineContext, input: Input<K>): Output<K>;
}

/** A group of operations by name. */
export type OperationTable = { readonly [K in keyof KinesisApi]?: Operation<K> };

/** Every operation by name. */
export type AllOperations = { readonly [K in keyof KinesisApi]: Operation<K> };

/** Members that name a stream. */
export const STREAM_NAME = ['StreamName', 'StreamARN', 'StreamId'] as const;

/** Ends a call that only asks whether it would succeed, once all that could refuse it has been looked at. */
export function endDryRun({ DryRun: isDryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (!isDryRun) return;
  const text = 'The request was rejected because the DryRun parameter was specified.';
  throw new ServiceError('DryRunOperationException', text);
}
