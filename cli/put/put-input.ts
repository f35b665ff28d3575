// Puts a file or standard input to its end.
import { Rejections } from '../input/rejections.js';
import { openRows } from './open-rows.js';
import { paceOf } from './pace.js';
import { type EndedEarly, putRows } from './put-rows.js';
import type { Ended, PutRun } from './put-run.js';
import { SpillFile } from './spill-file.js';
import { isAllDelivered } from './tally.js';

export async function putInput(run: PutRun): Promise<Ended> {
  const { options, maxRecordBytes, sink, tally, stdin, tell, signal } = run;
  const spill = new SpillFile(options.spillFile);
  await spill.check();
  const { name, rows } = await openRows(options, maxRecordBytes, stdin);
  const rejections = new Rejections(name, tell);
  try {
    const pace = paceOf(options.ratePerSecond);
    const early = await putRows({ rows, sink, spill, tally, rejections, pace, signal });
    return { delivered: early === undefined && isAllDelivered(tally.totals), told: explain(run, early) };
  } finally {
    await spill.close();
    rejections.close();
  }
}

function explain({ options, tally }: PutRun, early: EndedEarly | undefined): string[] {
  const { streamName, spillFile } = options;
  const { spilled, failed } = tally.totals;
  const lines: string[] = [];
  if (early?.fault) {
    lines.push(`error: put records to '${streamName}' failed: ${early.fault.errorCode}: ${early.fault.message}`);
  }
  if (early) lines.push(`ended early: nothing after line ${early.lastLine} was read`);
  if (spilled > 0)
    lines.push(`kept ${spilled} undelivered records: put them with '--input ${spillFile} --format spill'`);
  if (failed > 0) lines.push(`error: ${failed} records are lost: '${spillFile}' cannot be written`);
  return lines;
}
