import { expect, test } from '@jest/globals';
import { readTarget } from '../../../cli/put/aws-target.js';
import { parsePutOptions } from '../../../cli/put-options.js';

test('puts standard input as fast as the stream takes it, unless told otherwise', () => {
  expect(parsePutOptions(['--stream', 's'])).toMatchObject({
    input: '-',
    ratePerSecond: undefined,
    raw: false,
    spillFile: 's.spill.ndjson',
  });
});

test('knows a spill file by its name', () => {
  expect(parsePutOptions(['--stream', 's', '--input', 'a.spill.ndjson']).format).toBe('spill');
});

test('a log is followed from its start, with its checkpoint beside it, for each stream its own', () => {
  expect(parsePutOptions(['--stream', 's', '--follow', 'logs/app.log']).follow).toEqual({
    file: 'logs/app.log',
    checkpointFile: 'logs/app.log.s.checkpoint',
    from: 'start',
    rotateWaitMs: 5_000,
  });
});

test.each([
  ['fails without a stream', [], "'--stream' must be given"],
  ['fails when the stream is an ARN', ['--stream', 'arn:aws:kinesis:x'], "'--stream' must be a stream's name"],
  [
    'fails when the endpoint is no URL',
    ['--stream', 's', '--endpoint', '127.0.0.1:4567'],
    'write it as http://127.0.0.1:4567',
  ],
  [
    'fails when the endpoint is a host alone',
    ['--stream', 's', '--endpoint', 'lab.local:81'],
    'write it as http://lab.local:81',
  ],
  ['fails when the rate is no number', ['--stream', 's', '--rate', 'x'], "'--rate' must be a number above 0"],
  [
    'fails when a log is followed and a file put',
    ['--stream', 's', '--follow', 'f', '--input', 'i'],
    "'--input' must not go",
  ],
  [
    'fails when CSV is followed',
    ['--stream', 's', '--follow', 'f', '--format', 'csv'],
    "'--format' must be ndjson or lines",
  ],
  ['fails when nothing is followed', ['--stream', 's', '--from', 'end'], "'--from' must go with '--follow'"],
  [
    'fails when the spill file is the input',
    ['--stream', 's', '--input', './s.spill.ndjson'],
    "'--spill' must be another file than '--input'",
  ],
  [
    'fails when a key is named for records that have theirs',
    ['--stream', 's', '--format', 'spill', '--key', 'k'],
    "'--key' must not go with the format 'spill'",
  ],
])('%s', (_rule, args, message) => {
  expect(() => parsePutOptions(args)).toThrow(message);
});

const NO_FLAGS = { endpoint: undefined, region: undefined };

test.each([
  ['leaves AWS to the SDK', NO_FLAGS, {}, {}],
  [
    'fills in what a lab on this machine does not ask for',
    { ...NO_FLAGS, endpoint: 'http://127.0.0.1:4567' },
    {},
    {
      endpoint: 'http://127.0.0.1:4567',
      region: 'us-east-1',
      credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    },
  ],
  [
    'takes the endpoint from the environment, and the keys that stand there',
    NO_FLAGS,
    { AWS_ENDPOINT_URL_KINESIS: 'http://localhost:1', AWS_ACCESS_KEY_ID: 'own', AWS_DEFAULT_REGION: 'eu-west-1' },
    { endpoint: 'http://localhost:1', region: 'eu-west-1' },
  ],
  [
    'gives no keys to an endpoint elsewhere',
    { endpoint: 'https://vpce-1.kinesis.eu-west-1.vpce.amazonaws.com', region: 'eu-west-1' },
    {},
    { endpoint: 'https://vpce-1.kinesis.eu-west-1.vpce.amazonaws.com', region: 'eu-west-1' },
  ],
])('%s', (_rule, flags, env, target) => {
  expect(readTarget(flags, env)).toEqual(target);
});
