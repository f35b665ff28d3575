// The end of a run in terms of permissions, for people: what was refused, and what no call needed.
import type { PermissionReport } from '../local/permissions/report.js';

/** What an ARN of the lab begins with: the same for all, and long. */
const ARN_START = /\barn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:/g;

export function renderPermissions({ calls, refused, unused, idle, notExercised }: PermissionReport): string {
  if (calls === 0) return 'permissions: not enforced';
  const byReason = new Map<string, string[]>();
  for (const { owner, reason } of notExercised) byReason.set(reason, [...(byReason.get(reason) ?? []), owner]);
  return [
    `permissions: ${calls} calls decided on, ${refused.reduce((sum, { count }) => sum + count, 0)} refused`,
    ...refused.map(
      ({ owner, action, resource, reason, count }) =>
        `  REFUSED  ${owner} may not ${action} on ${resource} ${reason} (${count} times)`,
    ),
    ...[...unused, ...idle].map(({ owner, text }) => `  not used in this run  ${owner}: ${text}`),
    ...[...byReason].map(
      ([reason, owners]) =>
        `  not exercised  ${reason}: ${owners.length} statements of ${[...new Set(owners)].join(', ')}`,
    ),
  ]
    .join('\n')
    .replace(ARN_START, '');
}
