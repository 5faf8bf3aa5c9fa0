import type { FleetEntry, Incident } from '../../lambda/model/alert.ts';
import type { Diagnosis, Mismatch } from '../../lambda/model/diagnosis.ts';
import type { RecurringSilence } from '../../lambda/model/record.ts';
import type { WidgetPorts } from '../../lambda/widget/widget.ts';

/** The time of every sample: what the dashboard shows ends here. */
export const NOW = '2026-11-23T12:00:00.000Z';
export const NOW_MS = Date.parse(NOW);
export const ENDPOINT =
  'arn:aws:lambda:eu-central-1:123456789012:function:Alb502-MonitorWidgetFunction-0123456789AB';

const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';

export const arnOf = (name: string): string => `${ARN}:loadbalancer/app/${name}/50dc6c495c0c9188`;
const groupOf = (name: string): string => `${ARN}:targetgroup/${name}/73e2d6bc24d8a067`;

/** ISO time so many minutes before {@link NOW}. */
export const ago = (minutes: number): string => new Date(NOW_MS - minutes * 60_000).toISOString();

/** A quiet load balancer; say what is not. */
export const entry = (name: string, over: Partial<FleetEntry> = {}): FleetEntry => ({
  loadBalancerArn: arnOf(name),
  region: 'eu-central-1',
  owner: null,
  phase: 'inactive',
  since: ago(3 * 1440),
  severity: 'none',
  verdict: null,
  probability: 0,
  count: 0,
  requests: 0,
  lastSeen: null,
  mismatch: null,
  driftCount: 0,
  drift: [],
  incidentId: null,
  updatedAt: ago(1),
  ...over,
});

export const mismatchOf = (
  name: string,
  keepAliveSeconds: number,
  idleTimeoutSeconds: number,
  source: Mismatch['source'] = 'probe',
): Mismatch => ({
  targetGroupArn: groupOf(name),
  idleTimeoutSeconds,
  keepAliveSeconds,
  source,
  marginSeconds: keepAliveSeconds - idleTimeoutSeconds,
});

const RAISED = {
  resourceArn: arnOf('checkout'),
  key: 'idle_timeout.timeout_seconds',
  baseline: '60',
  current: '300',
  changedAt: ago(96),
  changedBy: 'arn:aws:sts::123456789012:assumed-role/deploy/pipeline',
};

/** A morning in an account: some in trouble for different reasons, most are fine. */
export const SAMPLE_FLEET: readonly FleetEntry[] = [
  entry('checkout', {
    severity: 'critical',
    phase: 'firing',
    since: ago(90),
    verdict: 'keepalive-mismatch',
    probability: 0.97,
    count: 214,
    requests: 18_400,
    lastSeen: ago(3),
    owner: 'team checkout',
    mismatch: mismatchOf('checkout-web', 75, 300),
    driftCount: 1,
    drift: [RAISED],
    incidentId: 'app/checkout/50dc6c495c0c9188@2026-11-23T10:30',
  }),
  entry('search-api', {
    severity: 'warning',
    phase: 'firing',
    since: ago(41),
    verdict: 'deployment',
    probability: 0.91,
    count: 37,
    requests: 96_000,
    lastSeen: ago(38),
    owner: 'team search',
    incidentId: 'app/search-api/50dc6c495c0c9188@2026-11-23T11:19',
  }),
  entry('media', {
    severity: 'warning',
    phase: 'resolving',
    since: ago(12),
    verdict: 'worker-timeout',
    probability: 0.84,
    count: 9,
    requests: 5_210,
    lastSeen: ago(31),
    incidentId: 'app/media/50dc6c495c0c9188@2026-11-23T09:02',
  }),
  entry('partner-gateway', {
    severity: 'warning',
    phase: 'firing',
    since: ago(25),
    verdict: 'undetermined',
    probability: 0.44,
    leaders: ['target-crash', 'malformed-response'],
    count: 4,
    requests: 880,
    lastSeen: ago(6),
    region: 'eu-west-1',
    incidentId: 'app/partner-gateway/50dc6c495c0c9188@2026-11-23T11:35',
  }),
  entry('accounts', {
    severity: 'warning',
    since: ago(2 * 1440 + 35),
    mismatch: mismatchOf('accounts-web', 60, 60, 'tag'),
    owner: 'team identity',
  }),
  entry('images', {
    severity: 'warning',
    since: ago(1440),
    mismatch: mismatchOf('images-node', 5, 60, 'server-default'),
  }),
  ...['blog', 'careers', 'cms', 'docs', 'feeds', 'intranet', 'jobs', 'legal', 'mail', 'status', 'wiki'].map(
    (name) => entry(name),
  ),
];

const CHECKOUT: Diagnosis = {
  loadBalancerArn: arnOf('checkout'),
  region: 'eu-central-1',
  at: ago(1),
  severity: 'critical',
  symptom: { count: 214, requests: 18_400, ratio: 214 / 18_400, firstSeen: ago(90), lastSeen: ago(3) },
  verdict: 'keepalive-mismatch',
  probability: 0.97,
  hypotheses: [
    {
      cause: 'keepalive-mismatch',
      probability: 0.97,
      evidence: [
        {
          fact: 'the keep-alive of 75 s is shorter than the idle timeout of 300 s',
          source: 'probe',
          weight: 3.2,
        },
        {
          fact: 'all targets stayed healthy while requests failed',
          source: 'UnHealthyHostCount',
          weight: 1.1,
        },
        { fact: 'no connection to a target failed', source: 'TargetConnectionErrorCount', weight: 0.9 },
        { fact: '502s began 6 minutes after the idle timeout was raised', source: 'CloudTrail', weight: 1.8 },
      ],
    },
    { cause: 'requests-per-connection-limit', probability: 0.02, evidence: [] },
  ],
  explanations: [
    {
      kind: 'idle-time',
      cause: 'keepalive-mismatch',
      causes: [{ cause: 'keepalive-mismatch', probability: 0.98 }],
      failures: 209,
      share: 0.977,
      gainNats: 812,
      fact: 'came 75 s after an answer of the same target, which chance alone does less than once in a million times',
      where: { targetGroupArn: null, target: null, node: null, path: null },
    },
  ],
  unexplained: { failures: 5, share: 0.023 },
  mismatches: [mismatchOf('checkout-web', 75, 300)],
  drift: [RAISED],
  missingEvidence: [
    { what: 'the access log', how: 'switch on access_logs.s3.enabled', separates: ['keepalive-mismatch'] },
  ],
  actions: [
    {
      title: 'Set the idle timeout of checkout back to 60 s',
      why: 'the targets keep idle connections for 75 s, which outlasts 60 s. Side effect: requests without a byte for 60 s are cut.',
      commands: [
        `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arnOf('checkout')} --attributes Key=idle_timeout.timeout_seconds,Value=60`,
      ],
      rollback: [
        `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${arnOf('checkout')} --attributes Key=idle_timeout.timeout_seconds,Value=300`,
      ],
    },
    {
      title: 'Or raise keepalive_timeout of nginx in checkout-web to 330 s',
      why: 'it must outlast the idle timeout by 10 %.',
      commands: ['keepalive_timeout 330s;', 'keepalive_requests 100000;'],
      rollback: ['keepalive_timeout 75s;'],
    },
  ],
};

export const SAMPLE_INCIDENT: Incident = {
  id: 'app/checkout/50dc6c495c0c9188@2026-11-23T10:30',
  loadBalancerArn: arnOf('checkout'),
  account: '123456789012',
  region: 'eu-central-1',
  owner: 'team checkout',
  openedAt: ago(90),
  firstFailure: ago(90),
  lastFailure: ago(3),
  resolvedAt: null,
  returns: 0,
  diagnosis: CHECKOUT,
  configuration: null,
  changes: [],
  timeline: [
    { at: ago(90), phase: 'firing', reason: '3 requests got 502', event: 'firing' },
    { at: ago(72), phase: 'firing', reason: 'severity rose to critical', event: 'updated' },
    { at: ago(1), phase: 'firing', reason: 'still failing', event: null },
  ],
  proof: null,
  notes: [],
  failingRequests: null,
  silences: [],
  attachments: [],
};

/** 502s in 36 steps of five minutes, other for each name, the same every time. */
export function sampleCounts(name: string, total: number): number[] {
  let state = [...name].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7);
  const next = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const shape = Array.from({ length: 36 }, (_, step) => (step > 16 && next() < 0.6 ? next() : 0));
  const sum = shape.reduce((all, one) => all + one, 0) || 1;
  return shape.map((one) => Math.round((one / sum) * total));
}

/** Its window is open at `NOW_MS`, a Monday noon in UTC. */
export const SAMPLE_RECURRING: RecurringSilence = {
  at: ago(9000),
  until: '2027-03-01T00:00:00.000Z',
  by: 'dana',
  reason: 'weekly restart',
  recurrence: { cron: '30 12 * * 1', timeZone: 'Europe/Berlin', durationMinutes: 120 },
};

/** Ports over a fleet in memory; actions are not allowed unless given. */
export const samplePorts = (
  fleet: readonly FleetEntry[] = SAMPLE_FLEET,
  over: Partial<WidgetPorts> = {},
): WidgetPorts => ({
  now: () => NOW_MS,
  loadFleet: async () => fleet,
  loadRegions: async () => [],
  loadSilences: async () => [],
  loadRecurringSilences: async () => [],
  postureHours: () => 6,
  loadIncident: async (id) => (id === SAMPLE_INCIDENT.id ? SAMPLE_INCIDENT : null),
  readFailures: async (entries) =>
    new Map(
      entries.map(({ loadBalancerArn, count }) => [loadBalancerArn, sampleCounts(loadBalancerArn, count)]),
    ),
  endpoint: ENDPOINT,
  actions: () => null,
  logFailure: () => {},
  ...over,
});
