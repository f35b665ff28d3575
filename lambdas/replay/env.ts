import { streamNameOf } from '../../core/stream-arn.js';
import { type Environment, readText } from '../../runtime/environment/environment-variable.js';

export interface ReplaySettings {
  readonly streamArn: string;
  readonly streamName: string;
  readonly target: { readonly kind: 'stream' | 'function'; readonly name: string };
  readonly stateBucket: string;
}

/** Settings of the function, read once. */
export function readEnv(env: Environment = process.env): ReplaySettings {
  const streamArn = readText(env, 'STREAM_ARN');
  const targetArn = readText(env, 'TARGET_ARN');
  const isFunction = targetArn.split(':')[2] === 'lambda';
  return {
    streamArn,
    streamName: streamNameOf(streamArn),
    target: isFunction ? { kind: 'function', name: targetArn } : { kind: 'stream', name: streamNameOf(targetArn) },
    stateBucket: readText(env, 'STATE_BUCKET'),
  };
}
