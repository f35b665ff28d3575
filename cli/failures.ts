// `kinesis-platform failures`: what a failure bucket or queue holds, and delivering it again.
import { awsFailureBucket } from '../runtime/replay/failures/failure-bucket-aws.js';
import { parseFailure } from '../runtime/replay/failures/parse-failure.js';
import { readBucket } from '../runtime/replay/failures/read-bucket.js';
import { explainBucket, filterOf } from './failures/asked-for.js';
import { redriveFailures } from './failures/redrive-failures.js';
import { renderObject, renderShown, summarize } from './failures/render-failures.js';
import { type ListOptions, parseFailuresOptions, type ShowOptions } from './failures-options.js';
import { readServiceTarget } from './put/aws-target.js';
import type { ReplayEnvironment } from './replay.js';

export async function runFailures(args: readonly string[], environment: ReplayEnvironment = process): Promise<number> {
  const options = parseFailuresOptions(args);
  for (const output of [environment.stdout, environment.stderr]) output.on('error', () => undefined);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  if (options.action === 'redrive') return redriveFailures(options, environment);
  const bucket = awsFailureBucket({
    ...readServiceTarget('S3', options.region, environment.env),
    bucket: options.bucket,
  });
  try {
    const run = options.action === 'list' ? list(options) : show(options);
    for await (const line of run(bucket)) environment.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    throw explainBucket(options.bucket, error);
  } finally {
    bucket.close();
  }
}

type Bucket = ReturnType<typeof awsFailureBucket>;

function list(options: ListOptions) {
  const filter = filterOf(options, Date.now());
  return async function* (bucket: Bucket) {
    let objects = 0;
    for await (const found of readBucket(bucket, filter)) {
      objects += 1;
      const summary = summarize(found, filter);
      yield options.json ? JSON.stringify(summary) : renderObject(summary);
    }
    if (objects === 0 && !options.json) yield 'no failures';
  };
}

function show({ object, data, json }: ShowOptions) {
  return async function* (bucket: Bucket) {
    const parsed = parseFailure(object, (await bucket.get(object)).body);
    yield* renderShown(parsed, { data, json });
  };
}
