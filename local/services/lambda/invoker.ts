/** Outcome of one invocation: what the function returned, or how it failed. */
export type InvocationResult =
  | { readonly kind: 'success'; readonly payload: unknown; readonly requestId: string }
  | {
      readonly kind: 'failure';
      /** Lambda's own name: it covers thrown errors, time-outs and crashes alike. */
      readonly functionError: 'Unhandled';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly requestId: string;
    }
  /** No concurrency was free; the caller retries as the service would. */
  | { readonly kind: 'throttled' };

/** What befalls one invocation: it runs in `process`, or does not, and `kill` ends the process at any moment. */
export type Accident = (process: { kill(): void }, run: () => Promise<InvocationResult>) => Promise<InvocationResult>;

/** Runs a function of the template by its name or ARN. */
export interface FunctionInvoker {
  invoke(functionNameOrArn: string, event: unknown): Promise<InvocationResult>;
}
