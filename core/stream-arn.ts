// What stands in the ARN of a stream.

/** Name of the stream in its ARN, or in the ARN of one of its consumers; empty when there is none. */
export function streamNameOf(arn: string): string {
  return arn.split('/')[1] ?? '';
}

/** Region in an ARN; empty when there is none. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
