// Standard Schema (https://standardschema.dev), as far as a consumer calls it: Zod, Valibot, ArkType and others have it, so
// none of them is a dependency.

/** A schema of any library that follows Standard Schema. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Issues that are told of one record. */
const ISSUES_MAX = 3;

/** Renders issues as one reason, `path: message` for the first of them. */
export function renderIssues(issues: readonly SchemaIssue[]): string {
  const told = issues.slice(0, ISSUES_MAX).map(({ message, path = [] }) => {
    const names = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return names === '' ? message : `'${names}': ${message}`;
  });
  const more = issues.length - told.length;
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
}
