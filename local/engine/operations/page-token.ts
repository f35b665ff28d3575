// NextToken of the List operations: where the next page starts, and when the token was made.
import { LIST_SHARDS_TOKEN_EXPIRY_MS } from '../../../core/limits.js';
import { ServiceError } from '../../service-error.js';

/** What a token carries: the stream and the last name of the page before. */
export interface PageToken {
  readonly streamName: string;
  readonly after: string;
  /** Anything else the operation has to remember, as text. */
  readonly filter?: string | undefined;
}

export function renderPageToken(token: PageToken, nowMs: number): string {
  return Buffer.from(JSON.stringify({ ...token, issuedAtMs: nowMs })).toString('base64');
}

/** Name of the stream that a token goes on with; undefined when it is none of this engine. */
export function streamOfPageToken(text: unknown): string | undefined {
  return decode(String(text ?? ''))?.streamName;
}

/** Reads a token back; one that is too old, or none at all, is refused. */
export function parsePageToken(text: string, nowMs: number): PageToken {
  const token = decode(text);
  if (typeof token?.after !== 'string' || typeof token.issuedAtMs !== 'number') {
    throw new ServiceError('InvalidArgumentException', 'Invalid NextToken.');
  }
  if (nowMs - token.issuedAtMs > LIST_SHARDS_TOKEN_EXPIRY_MS) {
    throw new ServiceError(
      'ExpiredNextTokenException',
      `NextToken has expired: it is older than ${LIST_SHARDS_TOKEN_EXPIRY_MS} milliseconds.`,
    );
  }
  return token;
}

function decode(text: string): (PageToken & { readonly issuedAtMs: number }) | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
