import { expect, test } from '@jest/globals';
import { disturbInvoker } from '../../../local/faults/disturbed-invoker.js';
import type { FaultDesk } from '../../../local/faults/fault-desk.js';
import type { Mishap } from '../../../local/faults/mishap.js';
import type { InvocationResult } from '../../../local/services/lambda/invoker.js';
import { answered } from '../../support/a-mapping.js';

/** One invocation that meets this mishap: what it answers, and what happened on the way. */
async function invokeWith(kind: Mishap<'invocation'>['kind'] | undefined, size = 0) {
  const steps: string[] = [];
  const desk = { next: () => ({ ordinal: 4, mishap: kind && { kind, size } }) } as unknown as FaultDesk;
  const told: InvocationResult[] = [];
  const invoker = disturbInvoker({
    desk,
    observer: { fault: () => undefined, answered: (_, result) => told.push(result) },
    functions: {
      invoke(_name, _event, accident) {
        const run = async () => {
          await new Promise((resolve) => setTimeout(resolve, 20));
          if (!steps.includes('killed')) steps.push('effect');
          return answered('payload');
        };
        return accident ? accident({ kill: () => steps.includes('killed') || steps.push('killed') }, run) : run();
      },
    },
  });
  const result = await invoker.invoke('arn:aws:lambda:us-east-1:000000000000:function:fn', {});
  expect(told).toEqual([result]);
  return { steps, outcome: result.kind === 'failure' ? result.errorType : result.kind };
}

test.each([
  { kind: undefined, steps: ['effect'], outcome: 'success' },
  { kind: 'throttle', steps: [], outcome: 'throttled' },
  { kind: 'throw-before', steps: [], outcome: 'Error' },
  { kind: 'throw-after', steps: ['effect'], outcome: 'Error' },
  { kind: 'crash-before', steps: ['killed'], outcome: 'Runtime.ExitError' },
  { kind: 'crash-during', steps: ['killed'], outcome: 'Runtime.ExitError' },
  { kind: 'crash-after', steps: ['effect', 'killed'], outcome: 'Runtime.ExitError' },
  { kind: 'timeout-before', steps: ['killed'], outcome: 'Sandbox.Timedout' },
  { kind: 'timeout-after', steps: ['effect', 'killed'], outcome: 'Sandbox.Timedout' },
] as const)('$kind: $steps, told as $outcome', async ({ kind, steps, outcome }) => {
  expect(await invokeWith(kind)).toEqual({ steps, outcome });
});

test('a crash amid an invocation that was quicker ends the process at once, not during its next invocation', async () => {
  expect(await invokeWith('crash-during', 100)).toEqual({ steps: ['effect', 'killed'], outcome: 'Runtime.ExitError' });
});
