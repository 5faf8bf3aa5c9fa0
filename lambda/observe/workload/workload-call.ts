import type { Gap } from '../../model/evidence.ts';
import { redactedLine } from '../../model/redacted-line.ts';
import type { ReadCall } from '../aws-failure.ts';
import { withKnownWordsOnly } from '../redacted-command.ts';

/** One call about workloads as its failure is reported. */
export const workloadCall = (
  region: string,
  action: string,
  what: string,
  resource: string | null,
): ReadCall => ({ subject: 'workload', what, action, resource, region });

/** What was left out on purpose, or does not fit. */
export const workloadGap = (
  kind: Gap['kind'],
  what: string,
  reason: string,
  resource: string | null = null,
): Gap => ({ subject: 'workload', what, metrics: [], action: null, resource, kind, reason });

/** A time as the bundle has it; null where there is none. */
export const isoTime = (date: Date | undefined): string | null =>
  date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();

const QUOTED = /"((?:[^"\\]|\\.)*)"/g;

/**
 * A sentence of AWS, or of whoever stopped a task, on one line and without secrets; null where there is none. What it
 * quotes may be the command of a container that did not start.
 */
export const sentence = (text: string | undefined): string | null =>
  text === undefined || text.trim() === ''
    ? null
    : redactedLine(text.replaceAll(QUOTED, (_, quoted: string) => `"${withKnownWordsOnly(quoted, '')}"`));

/** `shop:42` of the ARN of a task definition. */
export const familyRevision = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** What fits a call at a time. */
export const batchesOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
