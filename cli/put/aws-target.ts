// Where `put` puts to: an endpoint, a Region and keys, as the flags and the environment say. A lab needs none of them.
export interface AwsTarget {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface TargetFlags {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What a lab on this machine is called with: it takes any keys, and has one Region. */
const LAB_REGION = 'us-east-1';
const LAB_CREDENTIALS = { accessKeyId: 'lab', secretAccessKey: 'lab' };

const ANY_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'] as const;

/** What the environment does not say of an endpoint on this machine is filled in; anything else is left to the SDK. */
export function readTarget(flags: TargetFlags, env: Environment): AwsTarget {
  const endpoint = flags.endpoint ?? env.AWS_ENDPOINT_URL_KINESIS ?? env.AWS_ENDPOINT_URL;
  const local = endpoint !== undefined && isLoopback(endpoint);
  const region = flags.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (local ? LAB_REGION : undefined);
  return {
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(local && ANY_KEYS.every((key) => env[key] === undefined) && { credentials: LAB_CREDENTIALS }),
  };
}

/** Where another service than Kinesis is. */
export function readServiceTarget(
  service: 'S3' | 'SQS' | 'LAMBDA',
  region: string | undefined,
  env: Environment,
): AwsTarget {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] ?? env.AWS_ENDPOINT_URL;
  return readTarget({ endpoint, region }, { ...env, AWS_ENDPOINT_URL_KINESIS: undefined });
}

function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);
}
