import { nothingFound } from '../diagnose/diagnose.ts';
import { ALERT_EVENTS, type Alert, type Notification } from '../model/alert.ts';
import type { Diagnosis, Severity } from '../model/diagnosis.ts';
import { consoleLink } from './notification.ts';

/** What a test can send, besides the resolve that ends each. */
export const TEST_KINDS = ALERT_EVENTS.filter((event) => event !== 'resolved');
/** See {@link TEST_KINDS}. */
export type TestKind = Exclude<Alert['event'], 'resolved'>;

/** Shown wherever a load balancer's name is: nobody can take it for one. */
export const TEST_NAME = 'TEST-nothing-is-failing';

/** As the monitor announces each kind. */
const SEVERITY: Readonly<Record<TestKind, Severity>> = {
  firing: 'critical',
  updated: 'critical',
  posture: 'warning',
  drift: 'info',
  'heartbeat-lost': 'critical',
};

/** Which test is wanted, and where. */
export interface TestRequest {
  readonly kinds: readonly TestKind[];
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly dashboardUrl: string | null;
  /** Name of the state table; null: the stack does not name it. */
  readonly table: string | null;
  /** Who asked, for those who are woken by it. */
  readonly by: string;
  /** ISO; makes the test's keys its own. */
  readonly now: string;
}

/**
 * The notifications of a test in the order to send them: every kind, followed by the resolve with the same `dedupKey`.
 * `updated` belongs to an incident that fires: without `firing` it is one of its own.
 */
export function testNotifications(request: TestRequest): readonly Notification[] {
  const { kinds, now } = request;
  const together = kinds.includes('firing');
  const incidents = kinds
    .filter((kind) => !(kind === 'updated' && together))
    .map((kind) =>
      kind === 'firing' && kinds.includes('updated') ? (['firing', 'updated'] as const) : [kind],
    );
  return incidents.flatMap((events) => {
    const [first] = events;
    const severity = SEVERITY[first];
    return [...events, 'resolved' as const].map((event) =>
      notification(request, event, first, severity, now),
    );
  });
}

function notification(
  { account, region, partition, dashboardUrl, table, by }: TestRequest,
  event: Alert['event'],
  kind: TestKind,
  severity: Severity,
  now: string,
): Notification {
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/app/${TEST_NAME}/0000000000000000`;
  const incidentId = `test-${kind}-${now}`;
  const why = `TEST: sent by ${by} with alb502 test-alert; nothing is failing and nothing needs to be done`;
  const diagnosis: Diagnosis = {
    ...nothingFound(arn, region, now),
    severity,
    actions: [{ title: 'Nothing: this is a test', why, commands: [], rollback: [] }],
  };
  return {
    at: now,
    reason: why,
    cause: 'undetermined',
    owner: null,
    group: null,
    proof: null,
    failing: null,
    // There is nothing to silence.
    monitor: table === null ? null : { table, region, accountAlias: null, widgetActions: false },
    alert: {
      version: 1,
      id: `${incidentId}#${event}`,
      dedupKey: incidentId,
      event,
      severity,
      incidentId,
      diagnosis,
      links: { dashboard: dashboardUrl, console: consoleLink(arn), runbook: null },
    },
  };
}
