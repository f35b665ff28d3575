// dynalite inside this process, called without a socket: it is an HTTP server that answers `request` events, so it
// gets a request and a response that only look like HTTP's. A client that hangs up can then not bring it down.
import { EventEmitter } from 'node:events';
import { ServiceError } from '../../service-error.js';

/** dynalite asks for the form of a signature and does not check it. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=lab/lab, SignedHeaders=host, Signature=lab';

/** Calls one operation; a refusal is thrown as the service names it. */
export type TableEngine = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

/** Starts an engine whose tables live in memory. */
export async function startDynalite(): Promise<TableEngine> {
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20000101T000000Z',
          authorization: SIGNATURE,
        },
      });
      const response = {
        statusCode: 200,
        setHeader() {},
        end(body: string) {
          const output = JSON.parse(body) as Record<string, unknown>;
          if (response.statusCode === 200) resolve(output);
          else reject(parseError(output, response.statusCode));
        },
      };
      server.emit('request', request, response);
      request.emit('data', Buffer.from(JSON.stringify(input)));
      request.emit('end');
    });
}

function parseError(output: Record<string, unknown>, status: number): ServiceError {
  const code = String(output.__type).replace(/^.*#/, '');
  return new ServiceError(code, String(output.message ?? output.Message ?? code), status);
}
