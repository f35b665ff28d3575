// What the lab and a function's process say to each other. Events and answers travel as JSON text, as in Lambda.

export type ToRuntime =
  | { readonly kind: 'start'; readonly labMs: number }
  | { readonly kind: 'invoke'; readonly labMs: number; readonly invocation: Invocation };

export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
}

export type FromRuntime =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly errorType: string; readonly errorMessage: string }
  /** The answer as JSON, undefined when the function returned nothing. */
  | { readonly kind: 'success'; readonly requestId: string; readonly payload: string | undefined }
  | {
      readonly kind: 'failure';
      readonly requestId: string;
      readonly errorType: string;
      readonly errorMessage: string;
      /** The process is about to exit: the error left it in an unknown state. */
      readonly fatal: boolean;
    };
