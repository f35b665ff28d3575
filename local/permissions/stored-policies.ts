// Resource policies that a call gives to a stream or a consumer while the lab runs: from then on they take part in
// every decision, in the place of the template's. One that the lab cannot evaluate is refused before it is stored.
import type { KinesisEngine } from '../engine/engine.js';
import { ServiceError } from '../service-error.js';
import { withoutCreation } from './calls/kinesis.js';
import type { PermissionGuard } from './guard.js';
import { parseDocument, type Statement } from './policy-document.js';

/** The engine, with a guard that learns of its policies. */
export function followPolicies(engine: KinesisEngine, guard: PermissionGuard): KinesisEngine {
  if (!guard.enforced) return engine;
  return {
    ...engine,
    async call(operation, input) {
      const { ResourceARN, Policy } = input;
      const arn = withoutCreation(String(ResourceARN));
      const statements = operation === 'PutResourcePolicy' ? readStatements(arn, Policy) : [];
      const output = await engine.call(operation, input);
      if (operation === 'PutResourcePolicy' || operation === 'DeleteResourcePolicy') {
        guard.replaceResourcePolicy(arn, statements);
      }
      return output;
    },
  };
}

/** Takes up what an earlier run of the lab has left on these streams. */
export async function restorePolicies(
  engine: Pick<KinesisEngine, 'GetResourcePolicy'>,
  guard: PermissionGuard,
  arns: readonly string[],
): Promise<void> {
  if (!guard.enforced) return;
  for (const ResourceARN of arns) {
    const { Policy } = await engine.GetResourcePolicy({ ResourceARN }).catch(() => ({ Policy: undefined }));
    const arn = withoutCreation(ResourceARN);
    if (Policy !== undefined) guard.replaceResourcePolicy(arn, readStatements(arn, Policy));
  }
}

function readStatements(arn: string, text: unknown): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(String(text));
  } catch {
    // The service's own refusal follows.
    return [];
  }
  try {
    return parseDocument(document, { path: `PutResourcePolicy/${arn}`, owner: arn });
  } catch (error) {
    throw new ServiceError('InvalidArgumentException', (error as Error).message);
  }
}
