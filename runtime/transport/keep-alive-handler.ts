// How the SDK's clients talk: HTTP/1.1 over connections that stay open.
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Makes a request handler with at most `maxSockets` connections; a call without a reply fails instead of hanging.
 */
export function keepAliveHandler(maxSockets = 50, requestTimeout = REQUEST_TIMEOUT_MS): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets };
  return new NodeHttpHandler({
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout,
    throwOnRequestTimeout: true,
  });
}
