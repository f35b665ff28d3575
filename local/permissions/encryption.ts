// The use of customer keys that a call on an encrypted resource brings with it, in the caller's name, through the
// service, and with the encryption context that the service states.
import type { AccessModel } from '../template/access-model.js';
import { LAB_ACCOUNT_ID, LAB_REGION } from '../template/identity.js';
import type { Claim } from './calls/claim.js';

const ENCRYPT = ['kms:GenerateDataKey'];
const DECRYPT = ['kms:Decrypt'];

/** A table's key is decrypted whenever its items are read or written. */
const TABLE = /^dynamodb:(?:(?:Batch)?(?:Get|Put|Update|Delete|Write)Item|ConditionCheckItem|Query|Scan)$/;

/** Key actions by the action that needs them. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'kinesis:PutRecord': ENCRYPT,
  'kinesis:PutRecords': ENCRYPT,
  'kinesis:GetRecords': DECRYPT,
  'kinesis:SubscribeToShard': DECRYPT,
  's3:PutObject': ENCRYPT,
  's3:GetObject': DECRYPT,
  // A message may be encrypted with a data key that the service has kept, which it must decrypt first.
  'sns:Publish': [...ENCRYPT, ...DECRYPT],
  'sqs:SendMessage': [...ENCRYPT, ...DECRYPT],
  'sqs:ReceiveMessage': DECRYPT,
};

const CONTEXT_KEYS: Readonly<Record<string, string>> = {
  kinesis: 'aws:kinesis:arn',
  s3: 'aws:s3:arn',
  sns: 'aws:sns:topicarn',
  sqs: 'aws:sqs:arn',
};

export class Encryption {
  readonly #keyOf = new Map<string, { readonly keyArn: string; readonly bucketKey: boolean }>();
  /** Resources under a key of AWS, whose policy lets in the account's roles and no service. */
  readonly #awsManaged = new Set<string>();

  constructor({ encrypted, aliases, keys }: Pick<AccessModel, 'encrypted' | 'aliases' | 'keys'>) {
    const find = (id: string): string | undefined => {
      const name = id.includes(':alias/') ? id.slice(id.indexOf('alias/')) : id;
      if (name.startsWith('alias/aws/')) return undefined;
      const target = aliases.find((alias) => alias.name === name)?.keyId;
      if (target !== undefined) return find(target);
      return keys.find(({ arn }) => arn === id || arn.endsWith(`:key/${id}`))?.arn ?? id;
    };
    for (const { resourceArn, keyId, bucketKey = false } of encrypted) {
      const keyArn = find(keyId);
      if (keyArn === undefined) this.#awsManaged.add(resourceArn);
      else this.#keyOf.set(resourceArn, { keyArn, bucketKey });
    }
  }

  /** The customer key of a resource. */
  keyOf(resourceArn: string): string | undefined {
    return this.#keyOf.get(resourceArn)?.keyArn;
  }

  isAwsManaged(resourceArn: string): boolean {
    return this.#awsManaged.has(resourceArn);
  }

  /** What `claim` asks of the resource's key; nothing when it has none of its own. */
  claims({ action, resource }: Claim): Claim[] {
    const needed = TABLE.test(action) ? DECRYPT : NEEDED[action];
    if (!needed) return [];
    const service = action.split(':')[0]!;
    const holder = resource.split(service === 's3' ? '/' : /\/(?:consumer|index)\//)[0]!;
    const key = this.#keyOf.get(holder);
    if (!key) return [];
    const context = {
      'kms:viaservice': `${service}.${LAB_REGION}.amazonaws.com`,
      'kms:calleraccount': LAB_ACCOUNT_ID,
      ...encryptionContext(service, service === 's3' && !key.bucketKey ? resource : holder),
    };
    return needed.map((keyAction) => ({ action: keyAction, resource: key.keyArn, context }));
  }
}

/** A table is named, everything else stated by its ARN. */
function encryptionContext(service: string, resource: string): Record<string, string> {
  if (service !== 'dynamodb') return { [`kms:encryptioncontext:${CONTEXT_KEYS[service]}`]: resource };
  return {
    'kms:encryptioncontext:aws:dynamodb:tablename': resource.slice(resource.indexOf('/') + 1),
    'kms:encryptioncontext:aws:dynamodb:subscriberid': LAB_ACCOUNT_ID,
  };
}
