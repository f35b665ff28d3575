// Dynamic partitioning: keys read from a record's JSON by path. The rest of JQ is refused by name at the start.

/** Keys of one record, or why there are none. */
export type PartitionResult = { readonly keys: Readonly<Record<string, string>> } | { readonly failure: string };

export type PartitionReader = (data: Uint8Array) => PartitionResult;

const PATH = /^(\.[A-Za-z_]\w*)+$/;

/** Parses one query per key, each a path such as `.type` or `.payload.customer`. */
export function parsePartitionKeys(queries: Readonly<Record<string, string>>): PartitionReader {
  const paths = Object.entries(queries).map(([key, query]) => {
    if (!PATH.test(query)) {
      throw new Error(
        `partition key '${key}' must be a path such as .payload.name in the lab, got '${query}'; change the query`,
      );
    }
    return { key, path: query.slice(1).split('.') };
  });
  return (data) => {
    let root: unknown;
    try {
      root = JSON.parse(Buffer.from(data).toString('utf8'));
    } catch {
      return { failure: 'the record is not JSON' };
    }
    const keys: Record<string, string> = {};
    for (const { key, path } of paths) {
      const value = path.reduce<unknown>(readMember, root);
      if (!['string', 'number', 'boolean'].includes(typeof value) || value === '') {
        return { failure: `the record has no value for partition key '${key}' at .${path.join('.')}` };
      }
      keys[key] = String(value);
    }
    return { keys };
  };
}

function readMember(parent: unknown, name: string): unknown {
  const has = typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name);
  return has ? (parent as Record<string, unknown>)[name] : undefined;
}
