import { type Defended, fits, type Leeway, mayBe } from './families/family.ts';
import type { Exchange, Scenario } from './scenario.ts';
import { limitShows, raceGain } from './tellable.ts';
import type { Cause, ExplanationKind } from './truth.ts';

/** The failures of a log that have one cause and keep to one thing. */
export interface Part {
  readonly cause: Cause;
  readonly kind: ExplanationKind | null;
  readonly failures: number;
  readonly share: number;
}

/** What is true of the lines of a log, and what an expert would defend who has nothing but them. */
export interface Truth {
  readonly failures: number;
  /** The largest first. */
  readonly parts: readonly Part[];
  /** Verdicts that are true: the cause of the most failures, two where they are near, or `undetermined`. */
  readonly right: readonly string[];
  readonly defensible: readonly Defended[];
  /** Whether the keep-alive can be read out of the log by who reads it well. */
  readonly keepAliveTellable: boolean;
}

/** A cause with so many of the failures may be named, as may the other of two. */
const LARGE_SHARE = 0.4;
/** One with fewer than this leaves half of the failures open, more or less. */
const CLEAR_SHARE = 0.6;
/** Fewer failures leave it open to say nothing. */
const FEW = 8;
/** Nats above which the gaps of a race are no luck, with all the places that were searched. */
const TELLING_NATS = 25;

/** What the log shows as it shows the cause itself. */
const ALIKE: Readonly<Partial<Record<Cause, readonly Defended[]>>> = {
  'malformed-response': fits('response-header-too-large'),
  'response-header-too-large': fits('malformed-response'),
  'target-crash': fits('deployment'),
  'deregistration-delay-elapsed': fits('deployment'),
  'connection-refused': mayBe('target-crash', 'network-path', 'tls-failure'),
  'network-path': mayBe('connection-refused'),
};

/** Causes that a log alone separates from all others, if there is enough of it. */
const SEPARABLE: ReadonlySet<Cause> = new Set([
  'keepalive-mismatch',
  'requests-per-connection-limit',
  'worker-timeout',
  'request-body-refused',
  'lambda-target-error',
]);

export function partsOf(exchanges: readonly Exchange[]): Part[] {
  const counts = new Map<string, { cause: Cause; kind: ExplanationKind | null; failures: number }>();
  let all = 0;
  for (const { cause, kind } of exchanges) {
    if (cause === null) continue;
    all++;
    const key = `${cause} ${kind}`;
    const part = counts.get(key) ?? { cause, kind, failures: 0 };
    part.failures++;
    counts.set(key, part);
  }
  return [...counts.values()]
    .map((part) => ({ ...part, share: part.failures / all }))
    .sort((a, b) => b.failures - a.failures);
}

function sharesOf(parts: readonly Part[]): (readonly [Cause, number])[] {
  const shares = new Map<Cause, number>();
  for (const { cause, share } of parts) shares.set(cause, (shares.get(cause) ?? 0) + share);
  return [...shares].sort((a, b) => b[1] - a[1]);
}

const verdictFor = (cause: Cause): string => (cause === 'none' ? 'undetermined' : cause);

/** Their lines are the same, and the world draws one of them by a coin: whoever names either has named the response. */
const RESPONSE_FAULTS: readonly Cause[] = ['malformed-response', 'response-header-too-large'];

const rightFor = (cause: Cause): readonly string[] =>
  RESPONSE_FAULTS.includes(cause) ? RESPONSE_FAULTS : [verdictFor(cause)];

/** Most failures of a stop were refused connections: that they are refused is then true as well. */
function mostlyRefused(exchanges: readonly Exchange[]): boolean {
  const stopped = exchanges.filter(({ cause }) => cause === 'target-crash' || cause === 'deployment');
  return stopped.filter(({ targetSeconds }) => targetSeconds < 0).length * 2 > stopped.length;
}

/** For each verdict the most that is allowed it; the family's own word goes before what is usual. */
function merged(own: readonly Defended[], usual: readonly Defended[]): Defended[] {
  const named = new Set(own.map(({ verdict }) => verdict));
  const rest = new Map<string, number>();
  for (const { verdict, upTo } of usual)
    if (!named.has(verdict)) rest.set(verdict, Math.max(upTo, rest.get(verdict) ?? 0));
  return [...own, ...[...rest].map(([verdict, upTo]) => ({ verdict, upTo }))];
}

/** @param exchanges - the lines that the log has */
export function truthOf(scenario: Scenario, exchanges: readonly Exchange[], leeway: Leeway): Truth {
  const parts = partsOf(exchanges);
  const failures = parts.reduce((sum, part) => sum + part.failures, 0);
  const shares = sharesOf(parts);
  const [leader, leaderShare] = shares[0] ?? ['none', 1];
  const large = shares.filter(([, share]) => share >= LARGE_SHARE);
  const gain = parts.some(({ cause }) => cause === 'keepalive-mismatch') ? raceGain(scenario, exchanges) : 0;
  const races = parts.find(({ cause }) => cause === 'keepalive-mismatch')?.failures ?? 0;
  const keepAliveTellable = !leeway.open && races >= FEW && gain >= TELLING_NATS;
  const isOpen =
    leeway.open === true ||
    failures < FEW ||
    leaderShare < CLEAR_SHARE ||
    !SEPARABLE.has(leader) ||
    (leader === 'keepalive-mismatch' && !keepAliveTellable) ||
    (leader === 'requests-per-connection-limit' && !limitShows(scenario, exchanges));
  const usual = large.flatMap(([cause]) => [...fits(verdictFor(cause)), ...(ALIKE[cause] ?? [])]);
  if (large.some(([cause]) => cause === 'target-crash' || cause === 'deployment') && mostlyRefused(exchanges))
    usual.push(...fits('connection-refused'));
  if (isOpen) usual.push(...fits('undetermined'));
  const right = leaderShare >= CLEAR_SHARE ? [leader] : [leader, ...large.map(([cause]) => cause)];
  return {
    failures,
    parts,
    right: [...new Set(right.flatMap(rightFor)), ...(leaderShare < 0.5 ? ['undetermined'] : [])],
    defensible: merged(leeway.also ?? [], usual),
    keepAliveTellable,
  };
}

/** Whether an expert would defend this verdict, given with this probability. */
export const isDefensible = ({ defensible }: Truth, verdict: string, probability: number): boolean =>
  defensible.some(
    (defended) => defended.verdict === verdict && (probability < defended.upTo || defended.upTo === 1),
  );
