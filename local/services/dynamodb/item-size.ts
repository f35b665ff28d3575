// Size of an item as DynamoDB counts it for its limits: names and values, numbers by their digits.

/** An item, or a value of one, as the API writes it. */
type Attributes = Readonly<Record<string, unknown>>;

/** Bytes of a list or map beside what is in it. */
const DOCUMENT_BYTES = 3;

/** Bytes of an item. */
export function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value as Attributes),
    0,
  );
}

function valueBytes(attribute: Attributes): number {
  const [[type, value] = ['NULL', true]] = Object.entries(attribute);
  switch (type) {
    case 'S':
      return Buffer.byteLength(value as string);
    case 'N':
      return numberBytes(value as string);
    case 'B':
      return Buffer.byteLength(value as string, 'base64');
    case 'SS':
    case 'NS':
    case 'BS':
      return (value as readonly string[]).reduce((sum, one) => sum + valueBytes({ [type[0]!]: one }), 0);
    case 'L':
      return (value as readonly Attributes[]).reduce((sum, one) => sum + 1 + valueBytes(one), DOCUMENT_BYTES);
    case 'M':
      return DOCUMENT_BYTES + Object.keys(value as Attributes).length + itemBytes(value as Attributes);
    default:
      return 1;
  }
}

function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
  return 1 + Math.ceil(digits.length / 2) + (text.startsWith('-') ? 1 : 0);
}
