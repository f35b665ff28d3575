// Lambda: a function is invoked by its name or its ARN.
import { arnOf, type ReadClaims } from './claim.js';

/** `input` is the function. */
export const lambdaClaims: ReadClaims = (_, { functionName }) => [
  { action: 'lambda:InvokeFunction', resource: arnOf('lambda', 'function:', functionName) },
];
