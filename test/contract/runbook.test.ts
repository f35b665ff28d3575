// Every kind of alarm has a heading in the runbook, every heading an alarm, and every link goes somewhere.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { StreamMonitoring } from '../../lib/index.js';
import { aProvisionedPlatform } from '../support/a-platform.js';

const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
const sections = runbook.split(/^## /m).slice(1);
const headings = sections.map((section) => section.split('\n', 1)[0]!);

/** Alarms of the provisioned platform, and those that have to be asked for. */
function everyAlarm(): { readonly AlarmName: string; readonly AlarmDescription: string }[] {
  const provisioned = aProvisionedPlatform();
  new StreamMonitoring(provisioned, 'OptIn', { stream: provisioned.stream, alarmWhenSilent: true });
  const alarms = Template.fromStack(provisioned).findResources('AWS::CloudWatch::Alarm');
  return Object.values(alarms).map(({ Properties }) => Properties);
}

const alarms = everyAlarm();

test('the kinds of alarm are the headings', () => {
  const kinds = new Set(alarms.map(({ AlarmName }) => AlarmName.split('-').at(-1)!));
  expect([...kinds].sort()).toEqual([...headings].sort());
});

test.each(alarms.map(({ AlarmName, AlarmDescription }) => [AlarmName, AlarmDescription]))(
  'the description of %s links to its heading',
  (name, description) => {
    expect(description).toMatch(new RegExp(`docs/runbook\\.md#${name.split('-').at(-1)!.toLowerCase()}$`));
  },
);

test.each(sections.map((section) => [section.split('\n', 1)[0]!, section]))(
  '%s says what it means, where to look, what to do and when it is over',
  (_heading, section) => {
    const answers = [...section.matchAll(/^\*\*(.+?):\*\*/gm)].map((match) => match[1]);
    expect(answers).toEqual(['Means', 'Look first', 'Do', 'Over when']);
  },
);

test('links within the runbook go to a heading', () => {
  const anchors = headings.map((heading) => heading.toLowerCase());
  for (const [, anchor] of runbook.matchAll(/\]\(#(.+?)\)/g)) expect(anchors).toContain(anchor);
});
