// Refuses a stream that is known to live elsewhere. Functions, mappings and alarms are given its name or reach their own
// Region only: they would meet no stream, or another one of that name.
import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { IConstruct } from 'constructs';
import { ConfigError } from '../../errors.js';

/** For what finds the stream by its ARN: another account may let it in. */
export function requireSameRegion(scope: IConstruct, stream: kinesis.IStream): void {
  requireSame(scope, 'Region', Stack.of(scope).region, stream.env.region);
}

/** For what knows the stream by its name alone. */
export function requireSameEnvironment(scope: IConstruct, stream: kinesis.IStream): void {
  requireSameRegion(scope, stream);
  requireSame(scope, 'account', Stack.of(scope).account, stream.env.account);
}

function requireSame(scope: IConstruct, what: string, here: string, there: string): void {
  if (Token.compareStrings(here, there) !== TokenComparison.DIFFERENT) return;
  throw new ConfigError(
    scope,
    `'stream' must be in the ${what} of the stack, ${here}, got one in ${there}; define this in a stack of that ${what}`,
  );
}
