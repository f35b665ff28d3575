// Invokes a function of AWS, or of a lab that has an endpoint for it. The SDK stops here.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { isThrottle } from '../producer/sending/retryable.js';
import { keepAliveHandler } from '../transport/keep-alive-handler.js';
import type { InvokeFunction } from './function-target.js';

export interface AwsInvokeOptions {
  /** Name or ARN. */
  readonly functionName: string;
  /** @default - AWS_ENDPOINT_URL_LAMBDA, else the Region's own */
  readonly endpoint?: string;
  /** @default - as the SDK finds it */
  readonly region?: string;
  /** @default - as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A function runs for 15 minutes at most. */
const INVOKE_TIMEOUT_MS = 910_000;

/** Makes the port to one function. Calls are made once: one that was lost may have had its effect all the same. */
export function awsInvoke({ functionName, ...target }: AwsInvokeOptions): { invoke: InvokeFunction; close(): void } {
  const requestHandler = keepAliveHandler(50, INVOKE_TIMEOUT_MS);
  const client = new LambdaClient({ ...target, maxAttempts: 1, requestHandler });
  return {
    close: () => client.destroy(),
    async invoke(event) {
      try {
        const Payload = Buffer.from(JSON.stringify(event));
        const output = await client.send(new InvokeCommand({ FunctionName: functionName, Payload }));
        const payload: unknown = JSON.parse(Buffer.from(output.Payload ?? []).toString('utf8') || 'null');
        if (output.FunctionError === undefined) return { kind: 'answered', payload };
        const { errorType } = (payload ?? {}) as { readonly errorType?: string };
        return { kind: 'failed', reason: `the function failed: ${errorType ?? output.FunctionError}` };
      } catch (error) {
        const { name } = error as Error;
        if (isThrottle(name)) return { kind: 'throttled' };
        throw error;
      }
    },
  };
}
