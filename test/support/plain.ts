/**
 * A template value with its intrinsics as text and without the hashes of logical ids, as one would write it down:
 * `${Stream.Arn}`, `arn:${AWS::Partition}:s3:::logs`.
 */
export function plain(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[intrinsic, argument] = ['', undefined]] = entries;
  if (intrinsic === 'Ref') return `\${${withoutHash(argument as string)}}`;
  if (intrinsic === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    return `\${${withoutHash(id)}.${attribute}}`;
  }
  if (intrinsic === 'Fn::Join') {
    const [delimiter, items] = argument as [string, unknown[]];
    return items.map(plain).join(delimiter);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
