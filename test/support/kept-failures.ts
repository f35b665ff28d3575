import type { FailedRecord } from '../../runtime/consumer/failed-record.js';
import type { PutFailures } from '../../runtime/consumer/failure-store.js';

/** A failure store that remembers the records of each object, by its key and in the order of the writes. */
export function keptFailures() {
  const objects = new Map<string, FailedRecord[]>();
  const failures: FailedRecord[][] = [];
  const put: PutFailures = async (key, body) => {
    const records = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as FailedRecord);
    objects.set(key, records);
    failures.push(records);
  };
  return { put, objects, failures };
}
