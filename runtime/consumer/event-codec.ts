// The platform's own events, decoded and checked in one.
import type { StreamEvent } from '../../core/records/event.js';
import type { Codec } from './codec.js';
import { parseEvent } from './event-schema.js';
import { PermanentError } from './permanent-error.js';

/** Decodes an event of the platform; what is none is permanently so. */
export const eventCodec: Codec<StreamEvent> & { decode(bytes: Uint8Array): StreamEvent } = {
  decode(bytes) {
    const parsed = parseEvent(bytes);
    if (parsed.kind === 'bad') throw new PermanentError(parsed.errorType, parsed.reason);
    return parsed.event;
  },
};
