import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

const { context } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/** An empty stack, alone in an app with the feature flags that this repository deploys with. */
export function aStack(props: StackProps & { readonly id?: string } = {}): Stack {
  const { id = 'Stack', ...stackProps } = props;
  return new Stack(new App({ context }), id, stackProps);
}

/** A second stack in the app of the first. */
export function aSiblingOf(stack: Stack, id = 'Sibling'): Stack {
  return new Stack(stack.node.root as App, id);
}

/** The template that `define` makes of an empty stack. */
export function templateOf(define: (stack: Stack) => void, stack = aStack()): Template {
  define(stack);
  return Template.fromStack(stack);
}

/** The statements of all identity policies of a template, in order of their logical ids. */
export function statementsOf(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    (policy) => policy.Properties.PolicyDocument.Statement,
  );
}

/** Properties of the only resource of a type. */
export function propertiesOf(template: Template, type: string): { [name: string]: unknown } {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`expected one ${type}, got ${found.length}`);
  return found[0]!.Properties;
}
