// One spelling for each number, as DynamoDB stores it: `1.0`, `+1` and `10e-1` are the same key as `1`.

/** Digits that a number of DynamoDB may have before or after its point, and more; what is longer is left to be refused. */
const MOST_ZEROS = 200;

/** Writes a number without exponent and needless zeros; gives back what is none. */
export function plainNumber(text: string): string {
  const parts = /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(text);
  if (!parts || `${parts[2]}${parts[3]}` === '') return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const point = whole.length + Number(exponent);
  if (Math.abs(point) > MOST_ZEROS) return text;
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(Math.max(0, point), '0');
  const at = Math.max(0, point);
  const before = digits.slice(0, at).replace(/^0+/, '') || '0';
  const after = digits.slice(at).replace(/0+$/, '');
  const plain = after === '' ? before : `${before}.${after}`;
  return sign === '-' && plain !== '0' ? `-${plain}` : plain;
}
