// Widths of a stream's shards, in hash key order, as shares of the hash key space.

/** An even layout is kept as a count alone; widths are written out only while splits and merges have made them differ. */
export interface ShardLayout {
  readonly count: number;
  /** Undefined while all shards are equally wide. */
  readonly widths: readonly number[] | undefined;
}

export function evenLayout(count: number): ShardLayout {
  return { count, widths: undefined };
}

export function widthsOf({ count, widths }: ShardLayout): readonly number[] {
  return widths ?? new Array<number>(count).fill(1 / count);
}

/** Load that every shard still takes its part of: one over the widest. */
export function evenCapacity({ count, widths }: ShardLayout): number {
  if (widths === undefined) return count;
  let widest = 0;
  for (const width of widths) widest = Math.max(widest, width);
  return 1 / widest;
}

/** How much of an even load the layout accepts, all in MiB/s. */
export function acceptedLoad(layout: ShardLayout, load: number, narrowShardsHelp: boolean): number {
  if (layout.widths === undefined) return Math.min(load, layout.count);
  if (!narrowShardsHelp) return Math.min(load, evenCapacity(layout));
  let accepted = 0;
  for (const width of layout.widths) accepted += Math.min(load * width, 1);
  return accepted;
}

/** Halves the widest shard, the first of equals. */
export function splitWidest(layout: ShardLayout): ShardLayout {
  const widths = [...widthsOf(layout)];
  const at = indexOfLargest(widths);
  const half = widths[at]! / 2;
  widths.splice(at, 1, half, half);
  return asLayout(widths);
}

/** Joins the pair of neighbours that is narrowest together, the first of equals. */
export function mergeNarrowest(layout: ShardLayout): ShardLayout {
  const widths = [...widthsOf(layout)];
  if (widths.length < 2) return layout;
  let at = 0;
  for (let pair = 1; pair + 1 < widths.length; pair += 1) {
    if (widths[pair]! + widths[pair + 1]! < widths[at]! + widths[at + 1]! - EQUAL_WIDTH) at = pair;
  }
  widths.splice(at, 2, widths[at]! + widths[at + 1]!);
  return asLayout(widths);
}

const EQUAL_WIDTH = 1e-12;

function indexOfLargest(widths: readonly number[]): number {
  let at = 0;
  for (let index = 1; index < widths.length; index += 1) if (widths[index]! > widths[at]! + EQUAL_WIDTH) at = index;
  return at;
}

function asLayout(widths: readonly number[]): ShardLayout {
  const even = widths.every((width) => Math.abs(width - widths[0]!) < EQUAL_WIDTH);
  return { count: widths.length, widths: even ? undefined : widths };
}
