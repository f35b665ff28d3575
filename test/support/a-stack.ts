import { type App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { anApp } from './an-app.js';
import { plain } from './plain.js';

/** An empty stack, alone in an app with the feature flags that this repository deploys with. */
export function aStack(props: StackProps = {}): Stack {
  return new Stack(anApp(), 'Stack', props);
}

/** A second stack, in the app of the first. */
export function aStackBeside(stack: Stack): Stack {
  return new Stack(stack.node.root as App, 'Other');
}

/** A function of somebody else's. */
export function aFunction(stack: Stack, id = 'Function'): lambda.Function {
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => undefined;'),
  });
}

/** The template that `define` makes of an empty stack. */
export function templateOf(define: (stack: Stack) => void, stack = aStack()): Template {
  define(stack);
  return Template.fromStack(stack);
}

/** Properties of the only resource of a type, in plain text. */
export function propertiesOf(template: Template, type: string): { readonly [name: string]: unknown } {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`expected one ${type}, got ${found.length}`);
  return plain(found[0]!.Properties) as { [name: string]: unknown };
}

/** Every statement of every identity policy, in plain text. */
export function statementsOf(template: Template): unknown {
  return plain(
    Object.values(template.findResources('AWS::IAM::Policy')).flatMap((it) => it.Properties.PolicyDocument.Statement),
  );
}
