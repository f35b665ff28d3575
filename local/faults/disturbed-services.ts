// The other services with their faults: requests of functions that are throttled, fail, take long or lose their reply.
import type { Clock } from '../clock.js';
import { ConnectionLost } from '../service-error.js';
import type { ServiceGate } from '../services/http-endpoint.js';
import type { FaultDesk } from './fault-desk.js';

/** Longest delay of a request, in lab time. */
const MAX_DELAY_MS = 400;

/** Makes the gate that requests to a service pass, by the service's name. */
export function disturbServices(desk: FaultDesk, clock: Clock): (service: string) => ServiceGate {
  return (service) => async (request, respond) => {
    const { mishap } = desk.next('service', service, request.path);
    if (mishap?.kind === 'throttle') return { status: 503, body: '' };
    if (mishap?.kind === 'fail') return { status: 500, body: '' };
    if (mishap?.kind === 'lose-request') throw new ConnectionLost();
    if (mishap?.kind === 'delay') await clock.sleep(mishap.size * MAX_DELAY_MS);
    const response = await respond();
    if (mishap?.kind === 'lose-reply') throw new ConnectionLost();
    return response;
  };
}
