// The records of one object as a Parquet file.
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type RowRules, readRow } from './table-row.js';

/** Writes records that `readRow` takes, in their order. */
export function renderParquet(
  records: readonly Uint8Array[],
  rules: RowRules,
  codec: 'SNAPPY' | 'UNCOMPRESSED',
): Uint8Array {
  const rows = records.map((record) => readRow(record, rules));
  const columnData = rules.columns.map(({ name, kind }, at) => ({
    name,
    type: kind,
    data: rows.map((row) => row[at]),
    nullable: true,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, codec }));
}
