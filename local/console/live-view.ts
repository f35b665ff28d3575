// Draws a lab's status as text: a small screen for a terminal, one line for a log.
import type { LabStatus } from '../lab-status.js';

const MAX_ALARMS = 4;

/** The screen: each line at most `width` columns, no line end after the last. */
export function renderScreen(status: LabStatus, width: number): string {
  const rows: [string, string][] = [
    ['lab', `${status.stackName}  ${clockText(status)}`],
    ...status.streams.map((stream): [string, string] => [
      'stream',
      `${stream.name}  in ${count(stream.recordsIn)}  shards ${stream.openShards}`,
    ]),
    ...status.consumers.map((consumer): [string, string] => [
      'consumer',
      `${consumer.name}  processed ${count(consumer.processed)}  failed ${count(consumer.failed)}  lag ${count(consumer.unread)}`,
    ]),
    ['out', `${count(status.deliveredRecords)} records in ${count(status.deliveredObjects)} objects`],
    ['alarms', alarmText(status)],
    ['events', `${count(status.alerts)} alerts  ${count(status.resizes)} resizes`],
  ];
  const labelWidth = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, text]) => clip(label.padEnd(labelWidth) + text, width)).join('\n');
}

/** The same in one line. */
export function renderLine(status: LabStatus): string {
  const sum = (pick: (stream: LabStatus['streams'][number]) => number) =>
    status.streams.reduce((total, stream) => total + pick(stream), 0);
  const lags = status.consumers.map((consumer) => `${consumer.name} ${count(consumer.unread)}`).join(', ');
  return [
    clockText(status),
    `in ${count(sum((stream) => stream.recordsIn))}`,
    `lag ${lags || 'none'}`,
    `shards ${sum((stream) => stream.openShards)}`,
    `delivered ${count(status.deliveredRecords)} in ${count(status.deliveredObjects)} objects`,
    `alarms ${ringing(status).length > 0 ? alarmText(status) : 0}`,
    `alerts ${count(status.alerts)}`,
    `resizes ${count(status.resizes)}`,
  ].join('  ');
}

function clockText(status: LabStatus): string {
  const elapsed = `${duration(status.labElapsedMs)} of lab time in ${duration(status.wallElapsedMs)}`;
  return `${elapsed} (speed ${status.achievedSpeed.toFixed(1)} of ${status.speed})`;
}

function alarmText(status: LabStatus): string {
  const names = ringing(status);
  if (names.length === 0) return `none of ${status.alarms.length}`;
  const more = names.length > MAX_ALARMS ? ` and ${names.length - MAX_ALARMS} more` : '';
  return names.slice(0, MAX_ALARMS).join(', ') + more;
}

function ringing(status: LabStatus): readonly string[] {
  return status.alarms.filter((alarm) => alarm.state === 'ALARM').map((alarm) => alarm.name);
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
