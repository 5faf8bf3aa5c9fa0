import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { parseThreshold, THRESHOLD_TAGS } from './thresholds.ts';

/** The tags the monitor reads (contract); on a load balancer they count for all of its target groups. */
export const TAGS = {
  keepAliveSeconds: 'alb502:keep-alive-seconds',
  server: 'alb502:server',
  owner: 'alb502:owner',
  runbook: 'alb502:runbook',
  logGroup: 'alb502:log-group',
  ignore: 'alb502:ignore',
  probeSkipPaths: 'alb502:probe-skip-paths',
} as const;

/** A tag that is there but cannot be used. */
export interface TagProblem {
  readonly resourceArn: string;
  readonly tag: string;
  readonly value: string;
  readonly expected: string;
}

/** Parses `alb502:keep-alive-seconds`: a positive number of seconds, at most a day. null where malformed. */
export function parseKeepAliveSeconds(value: string): number | null {
  const text = value.trim().replace(/\s*s(ec(onds)?)?$/i, '');
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const seconds = Number(text);
  return seconds > 0 && seconds <= 86_400 ? seconds : null;
}

/** Parses `alb502:ignore`: `true`, `false`, or a date until which. null where malformed. */
export function parseIgnore(
  value: string,
): { readonly until: string | null; readonly active: boolean } | null {
  const text = value.trim().toUpperCase();
  if (text === 'TRUE') return { until: null, active: true };
  if (text === 'FALSE') return { until: null, active: false };
  if (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text)) return null;
  const until = Date.parse(text);
  return Number.isNaN(until) ? null : { until: new Date(until).toISOString(), active: true };
}

/** Whether the tag `alb502:ignore` is in force at a time, and until when; null where it is not. */
export function ignoredAt(
  tags: Readonly<Record<string, string>>,
  at: string,
): { readonly until: string | null } | null {
  const value = tags[TAGS.ignore];
  const ignore = value === undefined ? null : parseIgnore(value);
  if (ignore === null || !ignore.active) return null;
  return ignore.until === null || ignore.until > at ? { until: ignore.until } : null;
}

/** A web address as a person would put it into the tag `alb502:runbook`. */
export function parseRunbook(value: string): string | null {
  return /^https?:\/\/[^\s"'<>]+$/i.test(value.trim()) ? value.trim() : null;
}

/**
 * The log group that the tag `alb502:log-group` names, by its name or ARN; null where malformed.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
export function parseLogGroup(value: string): string | null {
  const name = value.trim().replace(/^arn:[\w-]+:logs:[\w-]*:\d*:log-group:([^:]*)(:\*)?$/, '$1');
  return /^[\w./#-]{1,512}$/.test(name) ? name : null;
}

/**
 * The paths in the tag `alb502:probe-skip-paths`, separated by spaces; null where malformed. A tag cannot hold a comma or
 * an asterisk (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Tag.html).
 */
export function parseProbeSkipPaths(value: string): readonly string[] | null {
  const paths = value.trim().split(/\s+/);
  return paths.every((path) => /^\/[\x21-\x7e]*$/.test(path) && !/[?#*,]/.test(path)) ? paths : null;
}

/**
 * Whether the target optimizer's agent stands before the targets of a group. The load balancer's connections end at the
 * agent then, so that nothing known of the server, neither its tag nor its default, says anything about them.
 */
export const hasAgent = ({ targetControlPort }: TargetGroup): boolean => targetControlPort !== undefined;

/**
 * The value of a tag on the target group, else on the load balancer; null where neither has it. What a tag says of the
 * server counts for nothing where an agent stands before it.
 */
export function tagOf(bundle: EvidenceBundle, group: TargetGroup, tag: string): string | null {
  if (tag === TAGS.server && hasAgent(group)) return null;
  return group.tags[tag] ?? bundle.loadBalancer.tags[tag] ?? null;
}

/** The value of a tag on the load balancer, else the first among its target groups. */
export function anyTag(bundle: EvidenceBundle, tag: string): string | null {
  const groups =
    tag === TAGS.server ? bundle.targetGroups.filter((group) => !hasAgent(group)) : bundle.targetGroups;
  const isOfAny = groups.length > 0 || bundle.targetGroups.length === 0;
  const holders = [...(isOfAny ? [bundle.loadBalancer] : []), ...groups];
  return (
    holders.map((holder) => holder.tags[tag]).find((value) => value !== undefined && value.trim() !== '') ??
    null
  );
}

const EXPECTED: ReadonlyArray<{
  readonly tag: string;
  readonly valid: (value: string) => boolean;
  readonly expected: string;
}> = [
  {
    tag: TAGS.keepAliveSeconds,
    valid: (value) => parseKeepAliveSeconds(value) !== null,
    expected: 'a number of seconds above 0, for instance 75',
  },
  {
    tag: TAGS.ignore,
    valid: (value) => parseIgnore(value) !== null,
    expected: 'true, or a date such as 2030-01-31',
  },
  {
    tag: TAGS.runbook,
    valid: (value) => parseRunbook(value) !== null,
    expected: 'an address that starts with https://',
  },
  {
    tag: TAGS.logGroup,
    valid: (value) => parseLogGroup(value) !== null,
    expected: 'the name of a log group such as /my/service',
  },
  {
    tag: TAGS.probeSkipPaths,
    valid: (value) => parseProbeSkipPaths(value) !== null,
    expected: 'paths that begin with / and are separated by spaces, such as /admin /jobs/start; / means all',
  },
];

type Expectation = (typeof EXPECTED)[number];

const ON_LOAD_BALANCERS: readonly Expectation[] = THRESHOLD_TAGS.map(({ tag, setting, expected }) => ({
  tag,
  valid: (value) => parseThreshold(setting, value) !== null,
  expected,
}));

/** Every tag that is there but malformed: it is reported, not ignored. */
export function tagProblems({ loadBalancer, targetGroups }: EvidenceBundle): readonly TagProblem[] {
  const problemsOf = (
    { arn, tags }: Pick<TargetGroup, 'arn' | 'tags'>,
    expectations: readonly Expectation[],
  ): readonly TagProblem[] =>
    expectations.flatMap(({ tag, valid, expected }) => {
      const value = tags[tag];
      return value === undefined || valid(value) ? [] : [{ resourceArn: arn, tag, value, expected }];
    });
  return [
    ...problemsOf(loadBalancer, [...EXPECTED, ...ON_LOAD_BALANCERS]),
    ...targetGroups.flatMap((group) => problemsOf(group, EXPECTED)),
  ];
}
