// Puts events to the stream, handed in or made up, and answers for every one of them.
import { clickstream } from '../../core/records/clickstream.js';
import { renderEventEntry, type StreamEvent } from '../../core/records/event.js';
import { checkEvent } from '../../runtime/consumer/event-schema.js';
import type { PutOutcome, UserRecord } from '../../runtime/producer/index.js';
import type { Telemetry } from '../../runtime/telemetry/lambda-telemetry.js';
import { METRICS, type ProducerOutput } from './contract.js';
import { readRequest } from './read-request.js';

export type ProducerLog =
  | { readonly type: 'produce.put'; readonly level: 'info'; readonly put: number; readonly refused: number }
  | {
      readonly type: 'produce.not-put';
      readonly level: 'error';
      readonly failed: number;
      readonly errorCodes: readonly string[];
    };

/** Everything the producer function needs from the outside world. */
export interface ProducePorts {
  /** Puts records, retrying what fails until `signal` is aborted; an outcome for each. */
  put(records: readonly UserRecord[], signal?: AbortSignal): Promise<readonly PutOutcome[]>;
  nowMs(): number;
  readonly telemetry: Telemetry<ProducerLog>;
}

/** Codes of events that were not sent, with nothing wrong about them: they may be handed in again. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['Aborted', 'Closed', 'Expired', 'ProducerFull', 'ShardFull']);

/** Events rendered and put at a time, so that a large count takes no more memory than a small one. */
const SLICE = 2_000;

/**
 * Puts what `input` asks for.
 *
 * An event that breaks the schema or a limit of the stream is refused and the others are put; one that the stream did not
 * take after all attempts, or before `signal` was aborted, is reported as failed. Neither is an error of the invocation.
 */
export async function produce(ports: ProducePorts, input: unknown, signal?: AbortSignal): Promise<ProducerOutput> {
  const request = readRequest(input);
  const failed: { id: string; errorCode: string }[] = [];
  const refused: { id: string; reason: string }[] = [];
  let put = 0;
  const putSlice = async (events: readonly StreamEvent[]) => {
    const outcomes = await ports.put(events.map(renderEventEntry), signal);
    outcomes.forEach((outcome, i) => {
      const { id } = events[i]!;
      if (outcome.kind === 'put') put += 1;
      else if (outcome.attempts === 0 && !OF_THE_MOMENT.has(outcome.errorCode))
        refused.push({ id, reason: outcome.message });
      else failed.push({ id, errorCode: outcome.errorCode });
    });
  };

  if (request.kind === 'events') {
    const { events } = sortOut(request.events, refused);
    for (let at = 0; at < events.length; at += SLICE) await putSlice(events.slice(at, at + SLICE));
  } else {
    const clicks = clickstream(request.seed, ports.nowMs());
    for (let left = request.count; left > 0; left -= SLICE) {
      await putSlice(Array.from({ length: Math.min(left, SLICE) }, () => clicks.next().value));
    }
  }
  report(ports, { put, failed, refused });
  return { put, failed, refused };
}

/** Splits off what is no event; it is named by its id, or by its position where it has none. */
function sortOut(candidates: readonly unknown[], refused: { id: string; reason: string }[]) {
  const events: StreamEvent[] = [];
  candidates.forEach((candidate, position) => {
    const checked = checkEvent(candidate);
    if (checked.kind === 'event') events.push(checked.event);
    else refused.push({ id: idOf(candidate) ?? `#${position}`, reason: checked.reason });
  });
  return { events };
}

function idOf(candidate: unknown): string | undefined {
  const id = (candidate as { readonly id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function report({ telemetry }: ProducePorts, { put, failed, refused }: ProducerOutput): void {
  telemetry.measure({ [METRICS.recordsPut]: put, [METRICS.recordsNotPut]: failed.length + refused.length });
  telemetry.log({ type: 'produce.put', level: 'info', put, refused: refused.length });
  if (failed.length === 0) return;
  const errorCodes = [...new Set(failed.map(({ errorCode }) => errorCode))];
  telemetry.log({ type: 'produce.not-put', level: 'error', failed: failed.length, errorCodes });
}
