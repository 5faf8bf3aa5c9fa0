import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import type { CheckResult } from '../check-repository.ts';
import type { Finding, Write } from '../compare/finding.ts';
import { RULE_IDS, RULES } from '../compare/rules.ts';
import type { Place } from '../model.ts';
import { writeHeading } from './write-text.ts';

/** What a SARIF log says of the tool. */
export interface SarifTool {
  readonly version: string;
  /** A short text that is the same for the same key: GitHub tells alerts apart by it. */
  readonly fingerprint: (text: string) => string;
}

/** Of a path with `/`, each part as a URI takes it (RFC 3986, 3.3). */
const uriOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

const locationOf = ({ file, line }: Place): Location => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
    region: { startLine: Math.max(1, line) },
  },
});

const writeText = (write: Write): string =>
  [writeHeading(write), ...write.lines.map((line) => `    ${line}`)].join('\n');

/** The message of a finding: GitHub shows its first sentence in lists. */
const textOf = ({ message, assumed, write }: Finding): string =>
  [message, ...assumed.map((each) => `Assumed: ${each}.`), ...write.map(writeText)].join('\n\n');

const resultOf = (finding: Finding, isAccepted: boolean, { fingerprint }: SarifTool): Result => ({
  ruleId: finding.rule,
  ruleIndex: RULE_IDS.indexOf(finding.rule),
  level: finding.severity,
  message: { text: textOf(finding) },
  locations: [locationOf(finding.place)],
  relatedLocations: finding.places.map(({ place, what }, index) => ({
    id: index + 1,
    ...locationOf(place),
    message: { text: what },
  })),
  partialFingerprints: {
    primaryLocationLineHash: `${fingerprint(`${finding.rule} ${finding.key}`)}:1`,
    'alb502/v1': `${finding.rule} ${finding.key}`,
  },
  ...(isAccepted ? { suppressions: [{ kind: 'external', justification: 'accepted in the baseline' }] } : {}),
});

const rules = (): ReportingDescriptor[] =>
  RULE_IDS.map((id) => ({
    id,
    name: id.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${RULES[id].title}.` },
    fullDescription: { text: RULES[id].why },
    help: { text: `${RULES[id].title}. ${RULES[id].why}` },
    properties: { tags: ['availability', 'timeouts'] },
  }));

/** The result as a SARIF log, version 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). */
export function checkSarif(result: CheckResult, tool: SarifTool): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'alb502', semanticVersion: tool.version, version: tool.version, rules: rules() },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'the root of the repository' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: result.unread.map(({ place, what, why }) => ({
              level: 'warning',
              message: { text: `${what} could not be read: ${why}` },
              locations: [locationOf(place)],
            })),
          },
        ],
        results: [
          ...result.findings.map((finding) => resultOf(finding, false, tool)),
          ...result.accepted.map((finding) => resultOf(finding, true, tool)),
        ],
      },
    ],
  };
}
