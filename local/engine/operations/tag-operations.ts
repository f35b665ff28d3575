// Tags, by the older stream operations and by the newer resource ones, and resource policies.
import { ServiceError } from '../../service-error.js';
import type { EngineContext } from '../context.js';
import { checkTags } from '../streams/create-stream.js';
import type { Stream } from '../streams/stream.js';
import { type OperationTable, STREAM_NAME } from './operation.js';

const DEFAULT_TAGS_LIMIT = 50;

export const tagOperations = {
  AddTagsToStream: {
    required: ['Tags'],
    optional: STREAM_NAME,
    run: (engine, input) => addTags(engine.streams.find(input).tags, input.Tags!),
  },

  RemoveTagsFromStream: {
    required: ['TagKeys'],
    optional: STREAM_NAME,
    run: (engine, input) => removeTags(engine.streams.find(input).tags, input.TagKeys!),
  },

  ListTagsForStream: {
    required: [],
    optional: [...STREAM_NAME, 'ExclusiveStartTagKey', 'Limit'],
    run(engine, input) {
      const after = input.ExclusiveStartTagKey ?? '';
      const rest = listTags(engine.streams.find(input).tags).filter(({ Key }) => Key > after);
      const limit = input.Limit ?? DEFAULT_TAGS_LIMIT;
      return { Tags: rest.slice(0, limit), HasMoreTags: rest.length > limit };
    },
  },

  TagResource: {
    required: ['Tags', 'ResourceARN'],
    optional: ['StreamId'],
    run: (engine, input) => addTags(resource(engine, input.ResourceARN!).tags, input.Tags!),
  },

  UntagResource: {
    required: ['TagKeys', 'ResourceARN'],
    optional: ['StreamId'],
    run: (engine, input) => removeTags(resource(engine, input.ResourceARN!).tags, input.TagKeys!),
  },

  ListTagsForResource: {
    required: ['ResourceARN'],
    optional: ['StreamId'],
    run: (engine, input) => ({ Tags: listTags(resource(engine, input.ResourceARN!).tags) }),
  },

  PutResourcePolicy: {
    required: ['ResourceARN', 'Policy'],
    optional: ['StreamId'],
    run(engine, input) {
      checkPolicy(input.Policy!);
      resource(engine, input.ResourceARN!).stream.policies.set(input.ResourceARN!, input.Policy!);
      return {};
    },
  },

  GetResourcePolicy: {
    required: ['ResourceARN'],
    optional: ['StreamId'],
    run: (engine, input) => ({ Policy: policyOf(engine, input.ResourceARN!) }),
  },

  DeleteResourcePolicy: {
    required: ['ResourceARN'],
    optional: ['StreamId'],
    run(engine, input) {
      policyOf(engine, input.ResourceARN!);
      resource(engine, input.ResourceARN!).stream.policies.delete(input.ResourceARN!);
      return {};
    },
  },
} satisfies OperationTable;

/** A stream or a consumer, whichever the ARN names. */
function resource(engine: EngineContext, arn: string): { tags: Map<string, string>; stream: Stream } {
  if (!arn.includes('/consumer/')) {
    const stream = engine.streams.find({ StreamARN: arn });
    return { tags: stream.tags, stream };
  }
  const { stream, consumer } = engine.streams.findConsumer(arn);
  return { tags: consumer.tags, stream };
}

/** A policy must at least be one: JSON with statements. */
function checkPolicy(text: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    policy = undefined;
  }
  const hasStatement = typeof policy === 'object' && policy !== null && 'Statement' in policy;
  if (!hasStatement) throw new ServiceError('InvalidArgumentException', 'The resource policy is not a valid policy.');
}

function policyOf(engine: EngineContext, arn: string): string {
  const policy = resource(engine, arn).stream.policies.get(arn);
  if (policy !== undefined) return policy;
  throw new ServiceError('ResourceNotFoundException', `No resource policy found for resource ARN ${arn}.`);
}

function addTags(tags: Map<string, string>, added: Readonly<Record<string, string>>): Record<string, never> {
  checkTags({ ...Object.fromEntries(tags), ...added });
  for (const [key, value] of Object.entries(added)) tags.set(key, value);
  return {};
}

function removeTags(tags: Map<string, string>, keys: readonly string[]): Record<string, never> {
  for (const key of keys) tags.delete(key);
  return {};
}

function listTags(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
