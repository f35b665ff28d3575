import { expect, test } from '@jest/globals';
import { renderPermissions } from '../../cli/permissions.js';

const named = (owner: string, text: string) => ({ id: `${owner}#1`, owner, text });

test('prints refused calls, unused statements by role, and what the lab does not run by reason', () => {
  const reason = 'the lab keeps no traces';
  const printed = renderPermissions({
    calls: 12,
    refused: [
      {
        owner: 'Alert/Role',
        action: 'sns:Publish',
        resource: 'arn:aws:sns:us-east-1:000000000000:t',
        reason: 'because',
        count: 3,
      },
    ],
    unused: [named('Alert/Role', 's3:PutObject on arn:aws:s3:::b/records/*')],
    idle: [named('Other/Role', 's3:GetObject on arn:b')],
    notExercised: [
      { ...named('Alert/Role', 'xray:*'), reason },
      { ...named('Other/Role', 'xray:*'), reason },
    ],
  });
  expect(printed.split('\n')).toEqual([
    'permissions: 12 calls decided on, 3 refused',
    '  REFUSED  Alert/Role may not sns:Publish on t because (3 times)',
    '  not used in this run  Alert/Role: s3:PutObject on b/records/*',
    '  not used in this run  Other/Role: s3:GetObject on arn:b',
    '  not exercised  the lab keeps no traces: 2 statements of Alert/Role, Other/Role',
  ]);
});

test('says when permissions are not enforced', () => {
  expect(renderPermissions({ calls: 0, refused: [], unused: [], idle: [], notExercised: [] })).toBe(
    'permissions: not enforced',
  );
});
