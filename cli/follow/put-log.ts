// Follows a log and puts its lines, from where the last run was until the signal.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import type { InputRow } from '../input/input-row.js';
import type { Line } from '../input/line-splitter.js';
import { toNdjsonRow } from '../input/read-ndjson.js';
import { toTextRow } from '../input/read-text.js';
import { Rejections } from '../input/rejections.js';
import { type RowOutcome, toEvent } from '../input/to-event.js';
import { toRawRecord } from '../input/to-raw-record.js';
import { paceOf } from '../put/pace.js';
import type { Ended, PutRun } from '../put/put-run.js';
import type { FollowedLog } from '../put-options.js';
import { UsageError } from '../usage-error.js';
import { Acknowledged } from './acknowledged.js';
import { readCheckpoint } from './checkpoint-file.js';
import { startSaving } from './checkpoint-saver.js';
import type { FilePosition } from './file-position.js';
import { putTail } from './put-tail.js';
import { tail } from './tail.js';

const POLL_MS = 250;
const REJECTIONS_MS = 60_000;

/** A longer line is rejected: beside the payload of the largest record, its text has room for escapes. */
const LINE_SHARE = 2;

export async function putLog(run: PutRun, log: FollowedLog): Promise<Ended> {
  const { options, maxRecordBytes, sink, tally, tell, signal } = run;
  const path = resolve(log.file);
  await refuseNoLog(log.file);
  await refuseNoCheckpoint(log.checkpointFile);
  const checkpoint = await readCheckpoint(log.checkpointFile, path);
  if (checkpoint) tell(`following ${log.file} from where the last run was, byte ${checkpoint.position.offset}`);
  const lines = tail({
    ...{ path, checkpoint, from: log.from, maxLineBytes: LINE_SHARE * maxRecordBytes },
    ...{ pollMs: POLL_MS, rotateWaitMs: log.rotateWaitMs, tell, signal },
  });
  const acknowledged = new Acknowledged<() => FilePosition>();
  const onFault = (error: unknown) => tell(`save '${log.checkpointFile}' failed: ${(error as Error).message}`);
  const saver = startSaving({ path: log.checkpointFile, file: path, acknowledged, onFault });
  const rejections = new Rejections(basename(log.file), tell);
  // A service tells of the first ones of each minute, not of each day.
  const minutes = setInterval(() => rejections.close(), REJECTIONS_MS);
  const toRecord = recordsOf(run, log.file);
  try {
    const pace = paceOf(options.ratePerSecond);
    const onFile = () => saver.save();
    await putTail({ lines, toRecord, sink, acknowledged, tally, rejections, tell, pace, signal, onFile });
  } finally {
    saver.stop();
    clearInterval(minutes);
    rejections.close();
    await saver.save();
  }
  const { failed } = tally.totals;
  const told = failed > 0 ? [`${failed} lines are not delivered: the next run puts them`] : [];
  return { delivered: failed === 0, told };
}

/** A log that is not there yet is waited for; anything else that cannot be followed is refused at once. */
async function refuseNoLog(file: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(`'--follow' must be a file that can be read, got '${file}' (${error.code}); check the path`);
  });
  if (found === undefined || found.isFile()) return;
  throw new UsageError(`'--follow' must be a regular file, got '${file}'; put a pipe with '--input'`);
}

/** Without one the log would be put again from its start. */
async function refuseNoCheckpoint(path: string): Promise<void> {
  const folder = dirname(path);
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `'--checkpoint' must be in a folder that can be written to, got '${folder}' (${error.code}); add '--checkpoint FILE'`,
    );
  });
}

/** What lines become. An event's id names its line for good: a line that is put twice has it twice. */
function recordsOf({ options, maxRecordBytes }: PutRun, file: string) {
  const extension = extname(file);
  const toRow =
    (options.format ?? (/^\.(ndjson|jsonl)$/i.test(extension) ? 'ndjson' : 'lines')) === 'ndjson'
      ? toNdjsonRow
      : toTextRow;
  const rules = {
    source: basename(file, extension),
    keyField: options.keyField,
    keyPerRow: options.spread,
    maxRecordBytes,
  };
  return (line: Line, { generation }: FilePosition): RowOutcome | undefined => {
    if (line.kind === 'line' && toRow === toNdjsonRow && line.text.trim() === '') return undefined;
    const row: InputRow = toRow(line, `${generation}-${line.startOffset}`);
    return options.raw ? toRawRecord(row, rules) : toEvent(row, rules, Date.now());
  };
}
