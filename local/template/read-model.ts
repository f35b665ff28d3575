// Chooses the stack that the lab runs, and reads it.
import { readAssembly } from './assembly.js';
import { interpretStack } from './interpret-stack.js';
import type { PlatformModel } from './model.js';

/** Stack that is run when none is named: the provisioned one of the reference platform. */
const DEFAULT_STACK = 'ProvisionedPlatform';

/** The assembly holds nothing that the lab can run; the message says what to change. */
export class ModelError extends Error {}

export function readModel(assemblyDir: string, stackName: string | undefined): PlatformModel {
  try {
    const assembly = readAssembly(assemblyDir);
    const names = assembly.stacks.map(({ name }) => name);
    const chosen = stackName ?? (names.length === 1 ? names[0] : names.find((name) => name === DEFAULT_STACK));
    if (chosen === undefined) {
      throw new ModelError(`'--stack' must name one of ${names.join(', ') || 'no stacks'}, got nothing; add it`);
    }
    const model = interpretStack(assembly, chosen);
    if (model.streams.length === 0) {
      throw new ModelError(`stack '${chosen}' must have a stream, got none; name another with '--stack'`);
    }
    return model;
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError((error as Error).message, { cause: error });
  }
}
