// Invocations with their faults: functions that throw, crash or run out of time, before their effects, amid them, or
// when all is done and only the answer is missing.
import { randomUUID } from 'node:crypto';
import type { Accident, FunctionInvoker, InvocationResult } from '../services/lambda/invoker.js';
import type { ChaosObserver } from './chaos-observer.js';
import type { FaultDesk } from './fault-desk.js';
import type { Mishap } from './mishap.js';

/** Latest moment of a crash amid an invocation, in wall time. */
const MAX_CRASH_AFTER_MS = 12;

/** A function service that an invocation can have an accident in. */
export interface AccidentProne {
  invoke(functionNameOrArn: string, event: unknown, accident?: Accident): Promise<InvocationResult>;
}

export interface DisturbedInvokerOptions {
  readonly functions: AccidentProne;
  readonly desk: FaultDesk;
  readonly observer: ChaosObserver;
}

/** Puts faults between the event sources and the functions. */
export function disturbInvoker({ functions, desk, observer }: DisturbedInvokerOptions): FunctionInvoker {
  return {
    async invoke(functionNameOrArn, event) {
      const functionName = functionNameOrArn.startsWith('arn:')
        ? (functionNameOrArn.split(':')[6] ?? '')
        : functionNameOrArn;
      const { ordinal, mishap } = desk.next('invocation', functionName);
      const invocation = { functionName, ordinal };
      observer.delivered?.(invocation, event);
      const result: InvocationResult =
        mishap?.kind === 'throttle'
          ? { kind: 'throttled' }
          : await functions.invoke(functionNameOrArn, event, mishap && accidentOf(mishap));
      observer.answered?.(invocation, result);
      return result;
    },
  };
}

function accidentOf({ kind, size }: Mishap<'invocation'>): Accident {
  const thrown = { errorType: 'Error', errorMessage: `${kind} (chaos)` };
  const timedOut = { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out, ${kind} (chaos)` };
  const crashed = { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited, ${kind} (chaos)` };
  return async (process, run) => {
    switch (kind) {
      case 'throw-before':
        return failure(randomUUID(), thrown);
      case 'throw-after':
        return failure(requestIdOf(await run()), thrown);
      case 'crash-during': {
        const timer = setTimeout(() => process.kill(), size * MAX_CRASH_AFTER_MS);
        const result = await run();
        // Not later: the process would be at its next invocation.
        clearTimeout(timer);
        process.kill();
        return failure(requestIdOf(result), crashed);
      }
      case 'crash-before':
      case 'timeout-before':
        process.kill();
        return failure(requestIdOf(await run()), kind === 'crash-before' ? crashed : timedOut);
      default: {
        const result = await run();
        process.kill();
        return failure(requestIdOf(result), kind === 'crash-after' ? crashed : timedOut);
      }
    }
  };
}

function requestIdOf(result: InvocationResult): string {
  return result.kind === 'throttled' ? randomUUID() : result.requestId;
}

function failure(
  requestId: string,
  fault: { readonly errorType: string; readonly errorMessage: string },
): InvocationResult {
  return { kind: 'failure', functionError: 'Unhandled', requestId, ...fault };
}
