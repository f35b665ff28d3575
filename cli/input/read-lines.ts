// Splits bytes into lines without ever holding more than one line, and no more of that than the limit.

/** A line without its end, its number from 1, or why it cannot be used. */
export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string; readonly end: '\n' | '\r\n' }
  | { readonly kind: 'rejected'; readonly number: number; readonly reason: string };

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Ends of line are LF or CRLF; the last line may lack one. Bytes that are not UTF-8 reject their line only. */
export async function* readLines(source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let parts: Uint8Array[] = [];
  let lineBytes = 0;
  let number = 0;

  const take = (part: Uint8Array) => {
    lineBytes += part.length;
    if (lineBytes <= maxLineBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    number += 1;
    const bytes = Buffer.concat(parts);
    const length = lineBytes;
    parts = [];
    lineBytes = 0;
    if (length > maxLineBytes) return { kind: 'rejected', number, reason: `line is over ${maxLineBytes} bytes` };
    try {
      const end = bytes.at(-1) === CARRIAGE_RETURN ? '\r\n' : '\n';
      const text = decoder.decode(bytes.subarray(0, bytes.length + 1 - end.length));
      return { kind: 'line', number, text: number === 1 ? text.replace(/^\ufeff/, '') : text, end };
    } catch {
      return { kind: 'rejected', number, reason: 'line is not valid UTF-8' };
    }
  };

  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield finish();
      from = at + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (lineBytes > 0) yield finish();
}
