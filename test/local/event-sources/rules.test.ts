// Every rule of an event source that the lab promises, and the tests that hold it. A rule without a test, or a test
// that was renamed, shows up here. The first rules are those by which runners of templates differ.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const IN = {
  runner: 'test/local/event-sources/mapping-runner.test.ts',
  failures: 'test/local/event-sources/mapping-failures.test.ts',
  semantics: 'test/local/event-sources/semantics.test.ts',
  windows: 'test/local/event-sources/tumbling-windows.test.ts',
  filters: 'test/local/event-sources/record-filter.test.ts',
  outcome: 'test/local/event-sources/read-outcome.test.ts',
  after: 'test/local/event-sources/plan-after-invocation.test.ts',
  batch: 'test/local/event-sources/plan-batch.test.ts',
  checkpoint: 'test/local/event-sources/shard-checkpoint.property.test.ts',
  functions: 'test/local/lambda/function-pool.test.ts',
  delivery: 'test/local/delivery/delivery-runner.test.ts',
  template: 'test/local/template/interpret-stack.test.ts',
  lab: 'test/e2e/lab.test.ts',
} as const;

type Held = readonly (readonly [place: keyof typeof IN, name: string])[];

const RULES: Readonly<Record<string, Held>> = {
  'deploys a CloudFormation template': [
    ['template', 'a mapping of a stream consumer carries the options of the template and the defaults of the service'],
    ['template', 'fails when types, properties or values are unknown, with every one of them in the message'],
    ['lab', 'every row of a CSV is accounted for: delivered as it is, or rejected with its line'],
  ],
  'runs functions without a container': [
    ['functions', 'answers with what the handler returns, by name and by ARN'],
    ['functions', 'keeps a process warm, and ends it when it has had no work'],
    ['functions', 'throttles above the reserved concurrency, and holds the clock while it runs'],
    ['functions', 'fails when there is %s, and answers the next invocation'],
    ['functions', 'fails when the time is up, and starts a new process afterwards'],
    ['functions', 'fails when an answer is larger than Lambda carries, and keeps the process'],
  ],
  'batch size': [
    ['batch', 'cuts at the batch size'],
    ['runner', 'reads no further while two batches wait'],
  ],
  'batching window': [
    ['runner', 'gathers a batch for the batching window'],
    ['batch', 'waits for the batching window, from the first record on'],
    ['batch', 'sends a full batch before the batching window is over'],
  ],
  '6 MB payload': [
    ['semantics', 'no event is larger than 6 MB, base64 and frame included, and nothing is lost at the cuts'],
    ['failures', 'gives up a record that no event can carry, and goes on'],
    ['batch', 'leaves room for the state of the window in the payload'],
    ['batch', 'no record takes more bytes in an event than is reckoned with, with the key %j'],
  ],
  'parallelization factor, with the order of each key': [
    ['runner', 'works on several batches of a shard at once and keeps the order of each key'],
    ['semantics', 'a failing key holds up its own lane of a shard, in order, and no other'],
  ],
  'shards in parallel': [['failures', 'a failing shard does not hold up another one']],
  'starting position': [
    ['runner', 'reads what was there before from the trim horizon'],
    ['runner', 'leaves out what was there before when it begins at the latest record'],
    ['runner', 'leaves out what was there before when it is pushed from the latest record on'],
    ['runner', 'begins at a time'],
    ['runner', 'what a start at the latest record skips is not unread'],
    ['semantics', 'a start at the latest record misses nothing of the reshards that follow, %s'],
    ['semantics', 'what a start at a time skips is not unread, %s'],
    ['semantics', 'a start at a time reads a closed shard from that time and its children from their beginning'],
  ],
  'retries and record age': [
    ['failures', 'delivers a failed batch again, waiting longer each time, and goes on when it passes'],
    ['failures', 'puts the whole event of a batch whose retries are used up into the bucket'],
    ['failures', 'gives up records that are older than the mapping allows'],
    ['failures', 'throttling uses up no retry'],
    ['after', 'retries without end when asked to'],
    [
      'semantics',
      'with unbounded retries a failing shard is blocked until retention ends, and what is lost then counts nowhere',
    ],
    ['semantics', 'the end of a window is not tried longer than retention'],
  ],
  'bisect on error': [
    ['failures', 'with bisect only the bad record is given up'],
    ['after', 'splits a failed batch in half without using up a retry'],
    ['after', 'splits a partly failed batch at the returned record'],
  ],
  'partial batch responses, malformed ones too': [
    ['failures', 'a partial response moves the checkpoint to the record before the reported one'],
    ['failures', 'a partial response counts each record once, however often it was delivered'],
    ['outcome', 'no answer is success'],
    ['outcome', 'an empty answer is success'],
    ['outcome', 'an empty list is success'],
    ['outcome', 'an absent list is success'],
    ['outcome', 'a list that is none fails the batch'],
    ['outcome', 'of several failures the lowest counts'],
    ['outcome', 'an empty identifier fails the batch'],
    ['outcome', 'a null identifier fails the batch'],
    ['outcome', 'a misspelt identifier fails the batch'],
    ['outcome', 'an identifier from elsewhere fails the batch'],
    ['outcome', 'the answer does not matter to a mapping that does not ask for failures'],
  ],
  'filter criteria': [
    ['runner', 'keeps filtered records from the function and goes on past them'],
    ['filters', 'any of several patterns suffices, and without patterns every record passes'],
    ['filters', 'data that is not JSON never matches a JSON pattern'],
    ['filters', 'plain text matches a list of rules, JSON does not'],
    ['filters', 'fails when %s, before any record comes'],
    ['semantics', 'the same records reach a mapping whatever its filters leave out, when it is pushed to as well'],
  ],
  'tumbling windows with state': [
    ['windows', 'hands the state of a window from batch to batch and ends it once its time is over, %s'],
    ['windows', 'ends a window early when its state has outgrown a megabyte, and goes on with an empty one'],
    ['windows', 'an answer without its state fails the batch'],
    ['windows', 'keeps windows of different shards apart, and ends that of a shard with it'],
  ],
  'on-failure destinations: queue, topic, bucket': [
    ['failures', 'puts the whole event of a batch whose retries are used up into the bucket'],
    ['failures', 'sends %s the metadata without the event'],
    ['failures', 'says which records a queue was told of, and none that it was not'],
    ['failures', 'tries a failure destination again before it gives up on that'],
    [
      'semantics',
      'says once for a batch that its failure destination could not be written, by the name of the function',
    ],
  ],
  'resharding: children after their parents': [
    ['runner', 'sends no child shard a record before its parents are drained'],
    ['runner', 'sends a merged shard no record before both of its parents are drained'],
    ['runner', 'reads parents before children too when the stream was resharded before the start'],
    ['runner', 'follows a merge once both parents are drained, pushed as well'],
    ['semantics', 'children of a split shard wait for a batch of their parent that is still being tried'],
  ],
  'a fan-out consumer as the source': [['runner', 'is pushed to when it has a consumer of its own']],
  'checkpoint per shard': [
    [
      'checkpoint',
      'the checkpoint is the last record before which everything is settled, in whatever order that happened',
    ],
  ],
  'metrics of the mapping': [
    ['runner', 'counts what passed and what is unread until nothing is'],
    ['runner', 'emits no counts that the mapping does not ask for'],
    ['runner', 'reports the age of the last record of a batch, and nothing while the stream is idle'],
    ['failures', 'drops what is given up without a destination, and says so'],
  ],
  'a delivery from the stream to a bucket, buffered': [
    ['delivery', 'delivers what is put after its start, once the buffer interval has passed'],
    ['delivery', 'delivers as soon as the buffer is full, and the rest when it is flushed'],
    ['delivery', 'delivers every record once, in the order of each key, across a split and a merge'],
  ],
};

test.each(Object.entries(RULES))('%s', (_rule, held) => {
  const isThere = ([place, name]: Held[number]) => {
    const source = readFileSync(IN[place], 'utf8');
    return source.includes(`'${name}'`) || source.includes(`"${name}"`);
  };
  expect(held.length).toBeGreaterThan(0);
  expect(held.filter((each) => !isThere(each))).toEqual([]);
});
