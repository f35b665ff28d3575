// The lines of a source, one at a time.
import { type Line, LineSplitter } from './line-splitter.js';

export type { Line } from './line-splitter.js';

export async function* readLines(source: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<Line> {
  const splitter = new LineSplitter(maxLineBytes);
  for await (const chunk of source) yield* splitter.push(chunk);
  yield* splitter.close();
}
