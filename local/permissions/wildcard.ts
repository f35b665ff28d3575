// IAM's patterns: `*` is any text, `?` one character; in ARNs, ArnLike keeps `*` inside its own part.

const compiled = new Map<string, RegExp>();

/** Whether `text` matches an IAM pattern. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern === '*' || pattern === text) return true;
  let expression = compiled.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}

/** Whether an action matches; case makes no difference in actions. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/** Whether an ARN matches part by part: partition, service, region, account, resource. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [splitArn(pattern), splitArn(arn)];
  return patterns.length === parts.length && patterns.every((part, at) => matchesPattern(part, parts[at]!));
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
