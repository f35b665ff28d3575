// Range checks of props. They let tokens pass, whose values nobody knows at synth.
import { type Duration, type Size, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigError } from '../../errors.js';

export interface Bounds {
  readonly min: number;
  readonly max: number;
  /** What to change, as the end of the error text. */
  readonly hint: string;
}

/** Refuses a number that is not whole or lies outside its bounds. */
export function requireWhole(scope: IConstruct, prop: string, value: number | undefined, bounds: Bounds): void {
  requireUnits(scope, prop, value, '', bounds);
}

/** Refuses a duration that is not whole seconds or lies outside its bounds, in seconds. */
export function requireSeconds(scope: IConstruct, prop: string, value: Duration | undefined, bounds: Bounds): void {
  if (value === undefined || value.isUnresolved()) return;
  requireUnits(scope, prop, value.toSeconds({ integral: false }), ' seconds', bounds);
}

/** Refuses a duration that is not whole hours or lies outside its bounds, in hours. */
export function requireHours(scope: IConstruct, prop: string, value: Duration | undefined, bounds: Bounds): void {
  if (value === undefined || value.isUnresolved()) return;
  requireUnits(scope, prop, value.toHours({ integral: false }), ' hours', bounds);
}

/** Refuses a size that is not whole KiB or lies outside its bounds, in KiB. */
export function requireKibibytes(scope: IConstruct, prop: string, value: Size | undefined, bounds: Bounds): void {
  if (value === undefined || value.isUnresolved()) return;
  requireUnits(scope, prop, value.toBytes() / 1_024, ' KiB', bounds);
}

function requireUnits(scope: IConstruct, prop: string, value: number | undefined, unit: string, bounds: Bounds): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const { min, max, hint } = bounds;
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new ConfigError(
    scope,
    `'${prop}' must be a whole number${unit && ` of${unit}`} from ${min} to ${max}, got ${value}; ${hint}`,
  );
}
