// SubscribeToShard's reply: the events of a subscription, each written as soon as it is there.
import { ServiceError } from '../../service-error.js';
import type { FanOutEvent } from '../api.js';
import type { EitherResponse } from './either-http.js';
import { encodeEvent, encodeException } from './event-stream.js';
import type { WireFormat } from './wire-format.js';

/** Writes the initial response and then every event; ends with the subscription or with the client. */
export async function pushEvents(
  events: AsyncIterable<FanOutEvent>,
  reply: { readonly response: EitherResponse; readonly format: WireFormat },
  signal: AbortSignal,
): Promise<void> {
  const { response, format } = reply;
  response.write(encodeEvent('initial-response', format.render({}), format.eventType));
  try {
    for await (const event of events) {
      if (signal.aborted) break;
      const payload = format.render(event);
      if (!response.write(encodeEvent('SubscribeToShardEvent', payload, format.eventType))) await room(response);
    }
  } catch (error) {
    const { code, message } = asServiceError(error);
    response.write(encodeException(code, format.render({ message }), format.eventType));
  }
  response.end();
}

function asServiceError(error: unknown): { code: string; message: string } {
  return error instanceof ServiceError ? error : { code: 'InternalFailureException', message: String(error) };
}

/** Waits until the client has read on, or is gone. */
function room(response: EitherResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
