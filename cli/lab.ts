import { parseLabOptions } from './lab-options.js';

export interface LabEnvironment {
  /** This package's folder. */
  readonly packageDir: string;
}

export async function runLab(args: readonly string[], _environment: LabEnvironment): Promise<number> {
  parseLabOptions(args);
  return 0;
}
