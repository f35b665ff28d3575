// Acknowledgements of cdk-nag findings that a construct of this package causes on purpose, each with its reason.
import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Acknowledges one rule on a construct and everything below it. */
export function acknowledge(scope: IConstruct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id, reason });
}

/** Acknowledges that a policy below `scope` names exactly this resource, which has a wildcard in it. */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  acknowledge(scope, `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(resource))}]`, reason);
}

/** The text that cdk-nag makes of a reference: `<LogicalId.Arn>/aws/lambda/*`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = ['', '']] = Object.entries(value as Readonly<Record<string, unknown>>);
  if (intrinsic === 'Ref') return `<${argument}>`;
  if (intrinsic === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (intrinsic === 'Fn::Join') {
    const [delimiter, items] = argument as [string, unknown[]];
    return items.map(flatten).join(delimiter);
  }
  return JSON.stringify(value);
}
