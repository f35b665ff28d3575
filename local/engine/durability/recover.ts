// Brings back what an earlier engine left in a data directory: its streams, their records, and the reshards that it had
// accepted and not finished.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { DataDirError } from '../../data-dir/data-dir-error.js';
import type { EngineContext } from '../context.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import { finishReshard } from '../reshard/resharding.js';
import { Stream } from '../streams/stream.js';
import { type DataDirectory, readRecords, syncFolder } from './data-directory.js';
import type { StateLine } from './journal.js';
import { loadStream, type StreamState } from './stream-state.js';

type AccountState = Extract<StateLine, { account: unknown }>['account'];

/** What recovery fills. */
type Recovered = Pick<EngineContext, 'streams' | 'account' | 'metrics' | 'clock'>;

/** Fills an empty engine from the directory, and leaves the state journal with one line for each stream. */
export function recover(directory: DataDirectory, engine: Recovered): void {
  const { states, account } = readStates(directory.statePath);
  if (account) engine.account.restore(account);
  const nowMs = engine.clock.nowMs();
  for (const state of states) {
    if (state.status === 'DELETING') continue;
    const stream = recoverStream(directory, engine, state);
    engine.streams.add(stream);
    if (stream.status !== 'ACTIVE') {
      // The time that a change takes has passed while nobody looked.
      stream.status = 'UPDATING';
      finishReshard(stream, nowMs);
    }
  }
  const live = engine.streams.all();
  directory.keepOnly(new Set(live.map((stream) => directory.folderOf(stream.name, stream.createdAtMs))));
  // The new journal writes every state again as its first line; this keeps the old ones until then.
  compact(directory, states, account);
}

function recoverStream(directory: DataDirectory, engine: Recovered, state: StreamState): Stream {
  const { name, createdAtMs, mode } = state;
  const folder = directory.folderOf(name, createdAtMs);
  const stream = new Stream({
    name,
    arn: engine.streams.arnOf(name),
    accountId: engine.streams.identity.accountId,
    createdAtMs,
    mode,
    shardCount: 1,
    metrics: new StreamMetrics(engine.metrics, name),
  });
  loadStream(stream, state, (shardId) => directory.filesOf(folder, shardId)[0]?.firstPosition ?? 1);
  stream.accepted = stream.droppedRecords;
  for (const shard of stream.shards) {
    const files = directory.filesOf(folder, shard.id);
    for (const { path, firstPosition } of files) {
      if (firstPosition !== shard.log.writtenPosition) throw damaged(path);
      const { whole, cut } = readRecords(path, ({ partitionKey, data, arrivalMs }) => {
        shard.log.append(partitionKey, data, data.length + Buffer.byteLength(partitionKey), arrivalMs);
      });
      if (whole) continue;
      // A crash leaves the end of a shard's last file half-written; anywhere else something is lost.
      if (path !== files.at(-1)?.path) throw damaged(path);
      cut();
    }
    stream.accepted += shard.log.writtenPosition - 1;
  }
  return stream;
}

function readStates(path: string): { states: StreamState[]; account: AccountState | undefined } {
  const states = new Map<string, StreamState>();
  let account: AccountState | undefined;
  for (const line of lines(path)) {
    if ('stream' in line) states.set(line.stream.name, line.stream);
    else if ('deleted' in line) states.delete(line.deleted);
    else account = line.account;
  }
  return { states: [...states.values()], account };
}

/** Lines of the journal up to where a crash broke off. */
function* lines(path: string): Generator<StateLine> {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    // Whatever else keeps it from being read: an engine that takes it for empty would delete the records.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      yield JSON.parse(line);
    } catch {
      throw damaged(path);
    }
  }
}

function damaged(path: string): DataDirError {
  return new DataDirError(`'${path}' cannot be read whole; restore it, or begin with another folder`);
}

function compact(directory: DataDirectory, states: readonly StreamState[], account: AccountState | undefined): void {
  const saved: StateLine[] = [...states.map((stream) => ({ stream })), ...(account ? [{ account }] : [])];
  const next = `${directory.statePath}.next`;
  const file = openSync(next, 'w');
  try {
    writeSync(file, saved.map((line) => `${JSON.stringify(line)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, directory.statePath);
  syncFolder(directory.root);
}
