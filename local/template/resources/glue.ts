// Tables of the data catalog: they hold no data, only the columns that a delivery converts its records to.
import { parseColumn } from '../../delivery/table-row.js';
import { each, inert, nested, run } from '../property-rules.js';
import { listOf, objectOf, textOf } from '../property-values.js';
import { identity, type ResourceType } from '../resource-type.js';

const noQueries = 'nothing in the lab queries a table of the catalog';

const database: ResourceType = {
  type: 'AWS::Glue::Database',
  inert: noQueries,
  ref: (resource) => nameOf(resource.property('DatabaseInput')),
  rules: {
    CatalogId: inert('the lab is one account'),
    DatabaseName: run,
    DatabaseInput: nested({ Name: run, ...each(inert(noQueries), 'Description', 'LocationUri', 'Parameters') }),
  },
};

const table: ResourceType = {
  type: 'AWS::Glue::Table',
  ref: (resource) => nameOf(resource.property('TableInput')),
  rules: {
    CatalogId: inert('the lab is one account'),
    DatabaseName: run,
    TableInput: nested({
      Name: run,
      StorageDescriptor: nested({
        Columns: nested({ Name: run, Type: run, Comment: inert('a text for people') }),
        ...each(inert(noQueries), 'Location', 'InputFormat', 'OutputFormat', 'SerdeInfo', 'Compressed', 'Parameters'),
        StoredAsSubDirectories: inert(noQueries),
      }),
      ...each(inert(noQueries), 'Description', 'Owner', 'Parameters', 'PartitionKeys', 'TableType', 'Retention'),
    }),
  },
  add(draft, resource) {
    const { DatabaseName, TableInput } = resource.properties;
    const columns = listOf(objectOf(objectOf(TableInput).StorageDescriptor).Columns).map(objectOf);
    draft.catalogTables.push({
      ...identity(resource),
      databaseName: String(DatabaseName),
      tableName: nameOf(TableInput),
      columns: columns.map(({ Name, Type }) => parseColumn(String(Name), String(Type))),
    });
  },
};

function nameOf(input: unknown): string {
  return textOf(objectOf(input).Name) ?? '';
}

export const glueTypes: readonly ResourceType[] = [database, table];
