// The lab's DynamoDB: dynalite behind a front that takes the operations our functions use, adds what dynalite
// lacks (the item of a failed condition, transactions), and refuses the rest by name.
import type { Clock } from '../../clock.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import { ServiceError } from '../../service-error.js';
import type { TableModel } from '../../template/model.js';
import type { Endpoint, ServiceGate } from '../http-endpoint.js';
import { listenOnLoopback } from '../http-endpoint.js';
import type { JsonOperation } from '../json-protocol.js';
import { answerJson } from '../json-protocol.js';
import type { Authorize } from '../ports.js';
import type { TableEngine } from './embedded-dynalite.js';
import { startDynalite } from './embedded-dynalite.js';
import { type Item, KeptTables } from './kept-tables.js';
import { plainNumber } from './plain-number.js';
import { TableLock } from './table-lock.js';
import { countUnserved } from './table-metrics.js';
import { type TransactInput, Transactions } from './transactions.js';

/** Members of a table's definition that CreateTable takes; what else a template states does not concern the lab. */
const CREATE_MEMBERS = [
  ...['AttributeDefinitions', 'KeySchema', 'BillingMode', 'ProvisionedThroughput'],
  ...['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'],
];

const READS = ['GetItem', 'Query', 'Scan', 'BatchGetItem', 'DescribeTable'];
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

interface ConditionalWrite {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export interface TableServiceOptions {
  readonly tables: readonly TableModel[];
  readonly clock: Clock;
  readonly metrics: MetricSink;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
  /**
   * Where items outlive the lab.
   *
   * @default - in memory only
   */
  readonly entries?: ConstructorParameters<typeof KeptTables>[0] | undefined;
}

export class TableService {
  readonly #tables: readonly TableModel[];
  readonly #clock: Clock;
  readonly #metrics: MetricSink;
  readonly #authorize: Authorize | undefined;
  readonly #kept: KeptTables | undefined;
  #engine: TableEngine | undefined;
  readonly #lock = new TableLock();

  constructor(options: TableServiceOptions) {
    this.#tables = options.tables;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#authorize = options.authorize;
    const keyOf = (table: string, item: Item) => this.#keyOf(table, item);
    this.#kept = options.entries && new KeptTables(options.entries, keyOf);
  }

  /** Creates the tables and serves the DynamoDB API. */
  async listen(gate?: ServiceGate): Promise<Endpoint> {
    const engine = await startDynalite();
    this.#engine = engine;
    for (const table of this.#tables) {
      await engine('CreateTable', planTable(table));
      await untilActive(engine, table.name);
      await this.#kept?.restore(engine, table.name);
    }
    const operations: Record<string, JsonOperation> = {};
    for (const name of READS) operations[name] = (input) => this.#lock.read(() => engine(name, input));
    // One at a time, so that the item of a failed condition is the one that failed it.
    for (const name of WRITES) operations[name] = (input) => this.#lock.write(() => this.#write(engine, name, input));
    const keyOf = (table: string, item: Item) => this.#keyOf(table, item);
    const transactions = new Transactions({ engine, keyOf, clock: this.#clock, kept: this.#kept });
    operations.TransactWriteItems = (input: TransactInput) => this.#lock.alone(() => transactions.write(input));
    const counted = countUnserved(gate, this.#metrics, this.#clock);
    const service = { name: 'DynamoDB', operations, authorize: this.#authorize };
    return listenOnLoopback(this.#clock, (request) => answerJson(service, request), counted);
  }

  /** Items of a table, as the API gives them: for tests and for the live view. */
  async scan(tableName: string): Promise<readonly Item[]> {
    const engine = this.#engine;
    if (!engine) throw new Error('scan of a table service that does not listen');
    return this.#lock.read(() => scanAll(engine, tableName));
  }

  async #write(engine: TableEngine, name: string, write: ConditionalWrite): Promise<unknown> {
    const { ReturnValuesOnConditionCheckFailure: wanted, ...input } = write;
    try {
      const output = await engine(name, input);
      await this.#kept?.keep(engine, input);
      return output;
    } catch (error) {
      const failed = error instanceof ServiceError && error.code === 'ConditionalCheckFailedException';
      if (!failed || wanted !== 'ALL_OLD') throw error;
      const { Item } = await engine('GetItem', {
        TableName: input.TableName,
        Key: input.Key ?? this.#keyOf(input.TableName, input.Item),
        ConsistentRead: true,
      });
      throw new ServiceError(error.code, error.message, error.status, Item ? { Item } : undefined);
    }
  }

  #keyOf(TableName: string | undefined, Item: Item = {}): Item {
    const table = this.#tables.find(({ name }) => name === TableName);
    if (!table) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
    const names = (table.definition.KeySchema as readonly { readonly AttributeName: string }[]).map(
      ({ AttributeName }) => AttributeName,
    );
    return Object.fromEntries(names.map((name) => [name, plainValue(Item[name])]));
  }
}

/** A value of a key, in the one spelling that it has. */
function plainValue(value: unknown): unknown {
  const number = (value as { readonly N?: unknown } | undefined)?.N;
  return typeof number === 'string' ? { N: plainNumber(number) } : value;
}

/** Input of CreateTable for a table of the template. */
function planTable({ name, definition }: TableModel): Record<string, unknown> {
  const members = Object.entries(definition).filter(([member]) => CREATE_MEMBERS.includes(member));
  const planned: Record<string, unknown> = { TableName: name, ...Object.fromEntries(members) };
  // CloudFormation's default; dynalite wants either the mode or the units.
  if (planned.ProvisionedThroughput === undefined) planned.BillingMode ??= 'PAY_PER_REQUEST';
  return planned;
}

async function scanAll(engine: TableEngine, TableName: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: unknown;
  do {
    const page = await engine('Scan', { TableName, ...(from ? { ExclusiveStartKey: from } : {}) });
    items.push(...(page.Items as Item[]));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}

async function untilActive(engine: TableEngine, name: string): Promise<void> {
  for (;;) {
    const { Table } = await engine('DescribeTable', { TableName: name });
    if ((Table as { readonly TableStatus: string }).TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
