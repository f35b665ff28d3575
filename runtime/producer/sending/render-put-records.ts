// The body of a PutRecords call, written in one go: base64 and keys straight into JSON, and into bytes once.
import type { PutEntry } from '../../../core/batching/check-put-entry.js';

/** Keys that are the same in JSON, quotes aside. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Renders the body as the service's JSON protocol has it.
 */
export function renderPutRecords(streamName: string, entries: readonly PutEntry[]): Buffer {
  let body = `{"StreamName":${quote(streamName)},"Records":[`;
  for (let i = 0; i < entries.length; i += 1) {
    const { data, partitionKey, explicitHashKey } = entries[i]!;
    const bytes = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    body += `${i === 0 ? '' : ','}{"Data":"${bytes.toString('base64')}","PartitionKey":${quote(partitionKey)}`;
    body += explicitHashKey === undefined ? '}' : `,"ExplicitHashKey":"${explicitHashKey}"}`;
  }
  return Buffer.from(`${body}]}`, 'utf8');
}

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
