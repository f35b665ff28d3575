// Carries out what an accepted reshard has still to do: its splits, then its merges.
import type { Stream } from '../streams/stream.js';
import { mergeAt, splitAt } from './lineage.js';

/** Does the splits if there are any left, else the merges. */
export function takeStep(stream: Stream, nowMs: number): void {
  const plan = stream.resharding;
  if (!plan) return;
  const { splits, merges, isUpperFirst = false } = plan;
  if (splits.length > 0) for (const boundary of splits) splitAt(stream, boundary, nowMs);
  else for (const boundary of merges) mergeAt(stream, boundary, nowMs, isUpperFirst);
  stream.resharding = splits.length > 0 && merges.length > 0 ? { splits: [], merges, isUpperFirst } : undefined;
}

/** Does all that is left; the stream is ACTIVE again. */
export function finishReshard(stream: Stream, nowMs: number): void {
  while (stream.resharding) takeStep(stream, nowMs);
  stream.dropExpiredShards(nowMs);
  if (stream.status === 'UPDATING') stream.status = 'ACTIVE';
}
