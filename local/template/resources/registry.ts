import type { ResourceType } from '../resource-type.js';
import { accessTypes } from './access.js';
import { cloudwatchTypes } from './cloudwatch.js';
import { dynamodbTypes } from './dynamodb.js';
import { eventsTypes } from './events.js';
import { firehoseTypes } from './firehose.js';
import { glueTypes } from './glue.js';
import { inertTypes } from './inert.js';
import { kinesisTypes } from './kinesis.js';
import { lambdaTypes } from './lambda.js';
import { storageAndMessageTypes } from './storage-and-messages.js';

/** Every resource type that the lab knows, by its name. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  [
    ...kinesisTypes,
    ...lambdaTypes,
    ...firehoseTypes,
    ...glueTypes,
    ...eventsTypes,
    ...dynamodbTypes,
    ...storageAndMessageTypes,
    ...cloudwatchTypes,
    ...accessTypes,
    ...inertTypes,
  ].map((type) => [type.type, type]),
);
