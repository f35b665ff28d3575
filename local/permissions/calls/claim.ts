// What a call of one service asks for: an action on a resource.
import { LAB_ACCOUNT_ID, LAB_REGION } from '../../template/identity.js';

export interface Claim {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of this service, in lower case. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Input = Readonly<Record<string, unknown>>;

/** Claims of one operation; none for a call that names nothing, which the service itself refuses. */
export type ReadClaims = (operation: string, input: Input) => readonly Claim[];

/** ARN of a resource of the lab that a call names by its ARN or by its name. */
export function arnOf(service: string, type: string, nameOrArn: unknown): string {
  const text = String(nameOrArn ?? '');
  return text.startsWith('arn:') ? text : `arn:aws:${service}:${LAB_REGION}:${LAB_ACCOUNT_ID}:${type}${text}`;
}
