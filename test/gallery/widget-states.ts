import type { FleetEntry, Incident } from '../../lambda/model/alert.ts';
import type { ScreenedRegion } from '../../lambda/store/monitor-store.ts';
import type { WidgetPorts } from '../../lambda/widget/widget.ts';
import {
  ago,
  arnOf,
  entry,
  mismatchOf,
  NOW_MS,
  SAMPLE_FLEET,
  SAMPLE_INCIDENT,
  SAMPLE_RECURRING,
  samplePorts,
} from '../widget/sample-fleet.ts';

/** One picture of the widget: what it shows, and what is clicked. */
export interface WidgetState {
  readonly ports: WidgetPorts;
  /** Name of the load balancer whose record is opened; absent: the table. */
  readonly opened?: string;
}

const region = (name: string, pending: number, minutes: number): ScreenedRegion => ({
  region: name,
  progress: {
    lastBackstopAt: ago(minutes),
    passStartedAt: ago(minutes),
    passAfterArn: null,
    posturePending: Array.from({ length: pending }, (_, index) => arnOf(`waiting-${index}`)),
  },
});

const REGIONS = [region('eu-central-1', 0, 95), region('eu-west-1', 0, 90)];

const ENDED_ID = 'app/media/50dc6c495c0c9188@2026-11-23T08:40';

/** An incident that ended an hour ago. */
export const RESOLVED_INCIDENT: Incident = {
  ...SAMPLE_INCIDENT,
  id: ENDED_ID,
  loadBalancerArn: arnOf('media'),
  openedAt: ago(200),
  resolvedAt: ago(60),
  diagnosis: {
    ...SAMPLE_INCIDENT.diagnosis,
    symptom: { ...SAMPLE_INCIDENT.diagnosis.symptom, firstSeen: ago(200), lastSeen: ago(95) },
  },
  firstFailure: ago(200),
  lastFailure: ago(95),
  proof: {
    before: { failures: 214, requests: 18_400, from: ago(200), to: ago(95) },
    after: { failures: 0, requests: 9_120, from: ago(95), to: ago(60) },
    chanceByPauses: 0.001,
    chanceByRequests: 0,
  },
  timeline: [
    { at: ago(200), phase: 'firing', reason: '3 requests got 502', event: 'firing' },
    {
      at: ago(60),
      phase: 'inactive',
      reason: 'no 502 for 35 minutes with traffic (30 required)',
      event: 'resolved',
    },
  ],
};

const [sampleAction] = SAMPLE_INCIDENT.diagnosis.actions.slice(1);

export const RESOLVED = entry('media', {
  verdict: 'keepalive-mismatch',
  probability: 0.9,
  count: 9,
  requests: 18_400,
  lastSeen: ago(95),
  since: ago(60),
  ended: { id: ENDED_ID, at: ago(60), verdict: 'keepalive-mismatch' },
});

export const UNKNOWN = entry('partner-gateway', { countKnown: false, region: 'eu-west-1' });

export const POSTURE = entry('accounts', {
  severity: 'warning',
  mismatch: mismatchOf('accounts-web', 60, 60, 'tag'),
  owner: 'team identity',
  ...(sampleAction ? { actions: [sampleAction] } : {}),
});

export const IGNORED = entry('batch-jobs', {
  severity: 'warning',
  mismatch: mismatchOf('batch-jobs', 5, 60, 'server-default'),
  ignored: { until: null },
});

const [CHECKOUT] = SAMPLE_FLEET;

const STATES_FLEET: readonly FleetEntry[] = [
  ...(CHECKOUT ? [CHECKOUT] : []),
  RESOLVED,
  UNKNOWN,
  POSTURE,
  IGNORED,
  entry('blog'),
  entry('internal-administration-frontend'),
];

const MANY = Array.from({ length: 200 }, (_, index) =>
  entry(`service-${String(index).padStart(3, '0')}-production`, {
    owner: index % 3 === 0 ? `team ${index % 7}` : null,
    ...(index % 5 === 0
      ? {
          severity: index % 25 === 0 ? 'critical' : 'warning',
          phase: 'firing',
          since: ago(index),
          verdict: index % 2 === 0 ? 'keepalive-mismatch' : 'requests-per-connection-limit',
          probability: 0.9,
          count: 400 - index,
          requests: 90_000,
          mismatch: mismatchOf('web', 75, 120),
        }
      : {}),
  }),
);

const actions = () => ({ acceptDrift: async () => {}, silence: async () => {} });

const withStates = (over: Partial<WidgetPorts> = {}): WidgetPorts =>
  samplePorts(STATES_FLEET, {
    loadRegions: async () => REGIONS,
    loadSilences: async () => [
      {
        loadBalancerArn: arnOf('checkout'),
        silence: { at: ago(5), until: new Date(NOW_MS + 3_300_000).toISOString(), by: null, reason: null },
      },
    ],
    loadRecurringSilences: async () => [{ loadBalancerArn: arnOf('accounts'), silence: SAMPLE_RECURRING }],
    loadIncident: async (id) =>
      [SAMPLE_INCIDENT, RESOLVED_INCIDENT].find((incident) => incident.id === id) ?? null,
    actions,
    ...over,
  });

/** Every state of the widget that a viewer can meet. */
export const WIDGET_STATES: Readonly<Record<string, WidgetState>> = {
  'zero-not-begun': { ports: samplePorts([]) },
  'zero-first-day': { ports: samplePorts([], { loadRegions: async () => [region('eu-central-1', 42, 2)] }) },
  one: { ports: samplePorts([POSTURE], { loadRegions: async () => REGIONS }) },
  'one-quiet': { ports: samplePorts([entry('shop')], { loadRegions: async () => REGIONS }) },
  morning: { ports: samplePorts(undefined, { loadRegions: async () => REGIONS }) },
  'two-hundred': { ports: samplePorts(MANY, { loadRegions: async () => REGIONS }) },
  'silenced-resolved-unknown': { ports: withStates() },
  'metrics-unreadable': { ports: withStates({ readFailures: async () => null }) },
  'table-unreadable': {
    ports: samplePorts([], { loadFleet: () => Promise.reject(new Error('dynamodb:Query is denied')) }),
  },
  'record-firing': { ports: withStates(), opened: 'checkout' },
  'record-resolved': { ports: withStates(), opened: 'media' },
  'record-posture': { ports: withStates(), opened: 'accounts' },
  'record-unknown': { ports: withStates(), opened: 'partner-gateway' },
};
