import { each, inert, nested, only, run } from '../property-rules.js';
import { listOf, objectOf, type Properties } from '../property-values.js';
import { identity, labArn, type ResolvedResource, type ResourceType } from '../resource-type.js';

/** Properties that CreateTable takes as the template has them. */
const DEFINITION = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'LocalSecondaryIndexes',
];

const index = nested({
  ...each(run, 'IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'),
  OnDemandThroughput: inert('the lab does not limit tables'),
  ContributorInsightsSpecification: inert('the lab keeps no access statistics'),
});

const upkeep = {
  ContributorInsightsSpecification: inert('the lab keeps no access statistics'),
  DeletionProtectionEnabled: inert('tables end with the lab'),
  OnDemandThroughput: inert('the lab does not limit tables'),
  PointInTimeRecoverySpecification: inert('tables end with the lab'),
  SSESpecification: run,
  TableClass: inert('a price, not a behaviour'),
  Tags: inert('nothing in the lab reads tags of a table'),
};

const names = {
  nameProperty: 'TableName',
  nameLength: 255,
  arn: ({ name }: { readonly name: string }) => labArn('dynamodb', `table/${name}`),
};

const table: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  ...names,
  rules: {
    ...each(run, 'TableName', ...DEFINITION),
    GlobalSecondaryIndexes: index,
    TimeToLiveSpecification: inert('rows are kept until the lab ends'),
    ...upkeep,
  },
  add: addTable,
};

const globalTable: ResourceType = {
  type: 'AWS::DynamoDB::GlobalTable',
  ...names,
  rules: {
    ...each(run, 'TableName', 'AttributeDefinitions', 'KeySchema', 'LocalSecondaryIndexes'),
    BillingMode: only('PAY_PER_REQUEST'),
    GlobalSecondaryIndexes: index,
    Replicas: nested({ Region: only('us-east-1'), ...upkeep }),
    SSESpecification: inert('tables are kept in memory'),
    TimeToLiveSpecification: inert('rows are kept until the lab ends'),
    WriteOnDemandThroughputSettings: inert('the lab does not limit tables'),
    ReadOnDemandThroughputSettings: inert('the lab does not limit tables'),
  },
  add: addTable,
};

function addTable(draft: Parameters<NonNullable<ResourceType['add']>>[0], resource: ResolvedResource): void {
  const { properties, name } = resource;
  const taken = DEFINITION.filter((key) => properties[key] !== undefined).map((key) => [key, properties[key]]);
  const indexes = listOf(properties.GlobalSecondaryIndexes).map((item) => createIndex(objectOf(item)));
  const { KMSMasterKeyId: keyId } = objectOf(properties.SSESpecification);
  if (keyId !== undefined) draft.access.encrypted.push({ resourceArn: resource.arn, keyId: String(keyId) });
  draft.tables.push({
    ...identity(resource),
    definition: {
      TableName: name,
      ...Object.fromEntries(taken),
      ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
    },
  });
}

function createIndex({ IndexName, KeySchema, Projection, ProvisionedThroughput }: Properties): Properties {
  return {
    IndexName,
    KeySchema,
    Projection,
    ...(ProvisionedThroughput === undefined ? {} : { ProvisionedThroughput }),
  };
}

export const dynamodbTypes: readonly ResourceType[] = [table, globalTable];
