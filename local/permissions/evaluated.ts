// What the lab evaluates, and why it does not exercise the rest.

/** Services whose calls the lab evaluates, by the prefix of their actions. */
const EVALUATED = new Set(['kinesis', 'dynamodb', 's3', 'sns', 'sqs', 'cloudwatch', 'kms', 'lambda', 'sts', '*']);

/** Why statements for a service that the lab does not run are not exercised. */
const REASONS: Readonly<Record<string, string>> = {
  xray: 'the lab keeps no traces',
  logs: 'what a function writes goes to one file per function',
};

/** Services that make calls of their own in the lab. */
const ACTING = new Set(['cloudwatch', 'events', 'firehose', 'lambda']);

/** Condition keys of which the lab knows the value, or knows that a call has none. */
const KNOWN_KEYS = new Set([
  ...['aws:securetransport', 'aws:principalarn', 'aws:principalaccount', 'aws:principaltype', 'aws:requestedregion'],
  ...['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceowner', 'aws:principalisawsservice', 'aws:resourceaccount'],
  ...['s3:tlsversion', 'kms:viaservice', 'kms:calleraccount', 'kms:grantisforawsresource', 'cloudwatch:namespace'],
]);

const KNOWN_KEY_PREFIX = 'kms:encryptioncontext:';

export function actsInLab(service: string): boolean {
  return ACTING.has(service);
}

export function evaluatesService(prefix: string): boolean {
  return EVALUATED.has(prefix.toLowerCase());
}

export function isKnownConditionKey(key: string): boolean {
  return KNOWN_KEYS.has(key.toLowerCase()) || key.toLowerCase().startsWith(KNOWN_KEY_PREFIX);
}

export function reasonNotExercised(action: string): string {
  const service = action.split(':')[0]!;
  return REASONS[service] ?? `the lab does not run '${service}'`;
}
