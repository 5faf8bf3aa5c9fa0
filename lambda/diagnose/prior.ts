import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { EvidenceItem } from '../model/diagnosis.ts';

/**
 * Published incidents of Application Load Balancers that answered 502, by the cause that was found: 81 threads, post
 * mortems and pull requests read in November 2026, 28 with the fix tried, 53 diagnosed by who ran the service. Thirteen
 * are of deployments and deregistrations; which of the two is judged by their text.
 */
export const PUBLISHED_INCIDENTS: Readonly<Record<NamedCause, number>> = {
  'keepalive-mismatch': 39,
  'requests-per-connection-limit': 1,
  deployment: 11,
  'deregistration-delay-elapsed': 2,
  'target-crash': 2,
  'worker-timeout': 0,
  'connection-refused': 3,
  'network-path': 1,
  'tls-failure': 1,
  'protocol-mismatch': 2,
  'malformed-response': 2,
  'response-header-too-large': 2,
  'lambda-target-error': 14,
  'request-body-refused': 0,
};

/** The one of the 81 whose cause is not in the vocabulary. */
export const PUBLISHED_OTHERS = 1;

/**
 * People publish puzzles. An outage whose cause stands in the first log line is fixed and forgotten, so these causes are
 * more frequent than the publications say: by a factor between 1 and 8, as far as can be judged. The evidence moves the
 * odds by more than this, or the diagnosis abstains; `npm run bench -- weights` shows what comes of either end.
 */
export const SELDOM_PUBLISHED: ReadonlySet<NamedCause> = new Set<NamedCause>([
  'deployment',
  'deregistration-delay-elapsed',
  'target-crash',
  'worker-timeout',
  'connection-refused',
  'network-path',
  'tls-failure',
  'protocol-mismatch',
  'request-body-refused',
]);

/** The largest factor by which a cause is more frequent than its publications. */
export const MOST_PUBLICATION_BIAS = 8;

/** The middle between none and the largest, on the scale of odds. */
const PUBLICATION_BIAS = Math.sqrt(MOST_PUBLICATION_BIAS);

/** Half an incident more of each cause, so that one never published is not impossible (Jeffreys' prior). */
const PSEUDO_COUNT = 0.5;

/**
 * How frequent a cause is among load balancers that show 502s of their own, with nothing else known.
 *
 * @param bias - how much more frequent the seldom published causes are than the publications say
 * @returns shares by cause, which with the share of others add up to 1
 */
export function baseRates(bias: number): {
  readonly causes: Readonly<Record<NamedCause, number>>;
  readonly others: number;
} {
  const published = (cause: NamedCause): number =>
    (PUBLISHED_INCIDENTS[cause] + PSEUDO_COUNT) * (SELDOM_PUBLISHED.has(cause) ? bias : 1);
  // Incidents of unknown causes are seldom published, as they are not diagnosed.
  const others = (PUBLISHED_OTHERS + PSEUDO_COUNT) * bias;
  const total = NAMED_CAUSES.reduce((sum, cause) => sum + published(cause), others);
  const causes = { ...PUBLISHED_INCIDENTS };
  for (const cause of NAMED_CAUSES) causes[cause] = published(cause) / total;
  return { causes, others: others / total };
}

const RATES = baseRates(PUBLICATION_BIAS);

/** Prior chance of each cause. */
export const PRIOR: Readonly<Record<NamedCause, number>> = RATES.causes;

/** Prior chance that the cause is none of the vocabulary; no evidence moves it. */
export const OTHER_PRIOR = RATES.others;

/** The probability of each cause, and of any other, if nothing were known of how frequent they are. */
export const EVEN_PRIOR = 1 / (NAMED_CAUSES.length + 1);

/** What moved a verdict beside the evidence: how frequent its cause is among all incidents. */
export const baseRateOf = (cause: NamedCause, rival: NamedCause | null): EvidenceItem => ({
  fact:
    `${PUBLISHED_INCIDENTS[cause]} of ${PUBLISHED} published incidents had this cause` +
    (rival === null ? '; what was read does not prove it' : `; what was read does not rule out ${rival}`),
  source: 'base rate',
  weight: Math.round(Math.log(PRIOR[cause] / EVEN_PRIOR) * 100) / 100,
});

const PUBLISHED = NAMED_CAUSES.reduce((sum, cause) => sum + PUBLISHED_INCIDENTS[cause], PUBLISHED_OTHERS);
