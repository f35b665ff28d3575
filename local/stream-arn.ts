/** Name of the stream in its ARN, or in the ARN of one of its consumers; empty when there is none. */
export function streamNameOf(arn: string): string {
  return arn.split('/')[1] ?? '';
}
