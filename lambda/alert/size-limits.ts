import type { Alert, Incident } from '../model/alert.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { ExplanationPlace } from '../model/explanation.ts';
import { cut } from './render/text-format.ts';

/** A DynamoDB item holds 400 KB and an SNS message 256 KB; most of both is left for everything else in them. */
const DIAGNOSIS_LIMIT_BYTES = 60_000;

/** UTF-8 bytes of a value as JSON. */
export const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

interface Measure {
  readonly items: number;
  readonly characters: number;
}

/** Each step keeps less of what takes space; the last one always fits. */
const MEASURES: readonly Measure[] = [
  { items: 10, characters: 1000 },
  { items: 6, characters: 300 },
  { items: 3, characters: 150 },
  { items: 1, characters: 60 },
];

/** Names and ARNs are needed whole as long as they are as AWS makes them (ARNs: at most 2048 characters). */
const IDENTIFIER_LENGTH = 512;

type Short = (text: string) => string;

function shortPlace(
  { targetGroupArn, target, node, path }: ExplanationPlace,
  short: Short,
): ExplanationPlace {
  return {
    targetGroupArn: targetGroupArn && short(targetGroupArn),
    target: target && short(target),
    node: node && short(node),
    path: path && short(path),
  };
}

function shortened(diagnosis: Diagnosis, { items, characters }: Measure): Diagnosis {
  const brief = (text: string): string => cut(text, characters);
  const name = (text: string): string => cut(text, IDENTIFIER_LENGTH);
  // A truncated command would do something else: it is left out entirely, with a note.
  const whole = (command: string): string =>
    command.length <= 4 * characters
      ? command
      : `# a command of ${command.length} characters is left out here`;
  const few = <T>(list: readonly T[]): readonly T[] => list.slice(0, items);
  return {
    ...diagnosis,
    loadBalancerArn: name(diagnosis.loadBalancerArn),
    region: name(diagnosis.region),
    at: name(diagnosis.at),
    symptom: {
      ...diagnosis.symptom,
      firstSeen: diagnosis.symptom.firstSeen && name(diagnosis.symptom.firstSeen),
      lastSeen: diagnosis.symptom.lastSeen && name(diagnosis.symptom.lastSeen),
    },
    hypotheses: few(diagnosis.hypotheses).map((hypothesis) => ({
      ...hypothesis,
      evidence: few(hypothesis.evidence).map((item) => ({
        ...item,
        fact: brief(item.fact),
        source: brief(item.source),
      })),
    })),
    explanations: few(diagnosis.explanations).map((explanation) => ({
      ...explanation,
      fact: brief(explanation.fact),
      where: shortPlace(explanation.where, name),
    })),
    mismatches: few(diagnosis.mismatches).map((entry) => ({
      ...entry,
      targetGroupArn: name(entry.targetGroupArn),
      ...(entry.detail === undefined ? {} : { detail: brief(entry.detail) }),
    })),
    drift: few(diagnosis.drift).map((entry) => ({
      resourceArn: name(entry.resourceArn),
      key: brief(entry.key),
      baseline: entry.baseline && brief(entry.baseline),
      current: entry.current && brief(entry.current),
      changedAt: entry.changedAt && brief(entry.changedAt),
      changedBy: entry.changedBy && brief(entry.changedBy),
      changedFrom: entry.changedFrom && brief(entry.changedFrom),
      changedWith: entry.changedWith && brief(entry.changedWith),
      unknownBecause: entry.unknownBecause && brief(entry.unknownBecause),
      expected: entry.expected,
      onset: entry.onset && brief(entry.onset),
    })),
    missingEvidence: few(diagnosis.missingEvidence).map((entry) => ({
      what: brief(entry.what),
      how: brief(entry.how),
      separates: [...entry.separates],
    })),
    actions: few(diagnosis.actions).map((action) => ({
      ...action,
      title: brief(action.title),
      why: brief(action.why),
      commands: few(action.commands).map(whole),
      rollback: few(action.rollback).map(whole),
    })),
  };
}

/** The diagnosis, shortened if it would not fit into a message or an item together with the rest. */
export function boundedDiagnosis(diagnosis: Diagnosis, limitBytes = DIAGNOSIS_LIMIT_BYTES): Diagnosis {
  if (bytesOf(diagnosis) <= limitBytes) return diagnosis;
  const tries = MEASURES.map((measure) => shortened(diagnosis, measure));
  return tries.find((shorter) => bytesOf(shorter) <= limitBytes) ?? tries.at(-1) ?? diagnosis;
}

/** The machine form with a diagnosis that fits. */
export const boundedAlert = (alert: Alert, limitBytes?: number): Alert => ({
  ...alert,
  diagnosis: boundedDiagnosis(alert.diagnosis, limitBytes),
});

/** An incident's record is one item of 400 KB with its keys. */
const RECORD_LIMIT_BYTES = 300_000;

type Resources = Readonly<Record<string, Readonly<Record<string, string>>>>;

function cutResources(resources: Resources, count: number): Record<string, Record<string, string>> {
  const brief = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values)
        .slice(0, 100)
        .map(([key, value]) => [cut(key, 100), cut(value, 200)]),
    );
  return Object.fromEntries(
    Object.entries(resources)
      .slice(0, count)
      .map(([arn, values]) => [cut(arn, IDENTIFIER_LENGTH), brief(values)]),
  );
}

function cutRecord(incident: Incident, resources: number, changes: number): Incident {
  const { configuration } = incident;
  const few = (all: Resources) => cutResources(all, resources);
  const short = (text: string | null): string | null => text && cut(text, 300);
  return {
    ...incident,
    configuration: configuration && {
      baseline: configuration.baseline && few(configuration.baseline),
      opened: few(configuration.opened),
      latest: few(configuration.latest),
    },
    changes: incident.changes.slice(-changes).map((change) => ({
      ...change,
      ...{ eventName: cut(change.eventName, 100), resourceArn: cut(change.resourceArn, IDENTIFIER_LENGTH) },
      ...{ principal: short(change.principal), sourceIpAddress: short(change.sourceIpAddress) },
      userAgent: short(change.userAgent),
      from: change.from && (cutResources({ from: change.from }, 1)['from'] ?? null),
      to: change.to && (cutResources({ to: change.to }, 1)['to'] ?? null),
    })),
    timeline: incident.timeline.map((entry) => ({ ...entry, reason: cut(entry.reason, 300) })),
  };
}

/** The record, with less configuration and fewer changes if it would not fit into one item of the table. */
export function boundedIncident(incident: Incident): Incident {
  if (bytesOf(incident) <= RECORD_LIMIT_BYTES) return incident;
  const tries = [cutRecord(incident, 20, 50), cutRecord(incident, 5, 20), cutRecord(incident, 1, 5)];
  return (
    tries.find((shorter) => bytesOf(shorter) <= RECORD_LIMIT_BYTES) ?? {
      ...incident,
      configuration: null,
      changes: [],
    }
  );
}
