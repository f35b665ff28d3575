// What a stream handed in as IStream tells of itself: everything when it is defined in this app, nothing when imported.
import { Duration, Token } from 'aws-cdk-lib';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import { RECORD_DEFAULT_MAX_KIB } from '../../../core/limits.js';

/** Retention of the stream, or undefined when only the account knows it. */
export function knownRetention(stream: kinesis.IStream): Duration | undefined {
  const hours = definitionOf(stream)?.retentionPeriodHours;
  return hours === undefined || Token.isUnresolved(hours) ? undefined : Duration.hours(hours);
}

/** Capacity mode of the stream, or undefined when only the account knows it. */
export function knownMode(stream: kinesis.IStream): kinesis.StreamMode | undefined {
  const definition = definitionOf(stream);
  if (!definition) return undefined;
  const details = definition.streamModeDetails;
  if (details === undefined) return kinesis.StreamMode.PROVISIONED;
  const mode = 'streamMode' in details ? details.streamMode : undefined;
  return mode === undefined || Token.isUnresolved(mode) ? undefined : (mode as kinesis.StreamMode);
}

/** Largest record of the stream in KiB, or undefined when only the account knows it. */
export function knownMaxRecordKiB(stream: kinesis.IStream): number | undefined {
  const definition = definitionOf(stream);
  if (!definition) return undefined;
  const size = definition.maxRecordSizeInKiB ?? RECORD_DEFAULT_MAX_KIB;
  return Token.isUnresolved(size) ? undefined : size;
}

function definitionOf(stream: kinesis.IStream): kinesis.CfnStream | undefined {
  const child = stream.node.defaultChild;
  return kinesis.CfnStream.isCfnStream(child) ? child : undefined;
}
