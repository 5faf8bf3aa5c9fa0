import {
  accessLog,
  change,
  declared,
  deniedMetric,
  during,
  type Edit,
  edits,
  explained,
  explanation,
  gap,
  group,
  groupArn,
  groupTag,
  healthyHosts,
  idleTimeout,
  keepAlive,
  loggedGroup,
  slowestResponse,
  steady,
  target,
  together,
} from '../bundle.ts';
import { failing, type Incident, sprinkled, traffic } from './incident.ts';

/** How somebody learned what the targets' keep-alive is. */
const PROBED = (seconds: number): Edit => keepAlive(seconds, 'probe');
const TAGGED = (seconds: number): Edit => declared(seconds);
/** The log of a race: most failures line up at the keep-alive. */
const LOGGED = (seconds: number): Edit =>
  edits(
    accessLog(
      loggedGroup(40, {
        signatures: { closedOnReuse: 40, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        keepAlive: { seconds, low: seconds - 0.02, high: seconds + 0.02, failures: 38, pValue: 1e-12 },
      }),
    ),
    explained(explanation('idle-time', 38, 0.95)),
  );

const NOTHING: Edit = edits();
const NO_TRAIL = gap('changes', { kind: 'switched-off', reason: 'no trail' });
/** A rollout without trouble, hours from any pattern of the failures. */
const ROLLOUT = edits(
  change(70, 'RegisterTargets', groupArn('web')),
  change(75, 'DeregisterTargets', groupArn('web')),
  healthyHosts(together(steady(3), during(71, 76, 1))),
);
const MANY_TARGETS = group('web', {
  targets: Array.from({ length: 24 }, (_, index) => target(`10.0.4.${index + 10}`)),
});
const INSTANCES = group('web', {
  targetType: 'instance',
  targets: ['i-0a1', 'i-0b2'].map((id) => target(id)),
});
const SLOW = slowestResponse(steady(12));

type Row = readonly [
  name: string,
  seconds: number,
  idle: number,
  rate: number,
  swing: number,
  every: number,
  count: number,
  beside: Edit,
  foundOut: (seconds: number) => Edit,
];

/** Every pause between failures, every rate, size and surrounding is one that somebody ran into. */
const ROWS: readonly Row[] = [
  ['Node at its old default behind a small shop', 5, 60, 600, 0, 9, 2, NOTHING, PROBED],
  ['gunicorn at two seconds', 2, 60, 900, 0.3, 7, 1, NOTHING, TAGGED],
  ['a conference site with steady visitors', 5, 60, 3000, 0, 3, 3, NOTHING, LOGGED],
  ['an internal API called by one cron job', 5, 60, 40, 0, 14, 1, NOTHING, PROBED],
  ['a GraphQL service, a few an hour', 5, 60, 200, 0, 21, 1, NOTHING, LOGGED],
  ['nginx set to 65 s, idle timeout raised to 300', 65, 300, 1200, 0.5, 8, 1, NO_TRAIL, TAGGED],
  ['nginx set to 20 s in an image nobody looked at', 20, 60, 800, 0, 11, 1, NOTHING, PROBED],
  ['nginx set to 5 s by a hardening guide', 5, 60, 500, 0.4, 6, 2, NOTHING, LOGGED],
  ['Apache at its default of 5 s', 5, 60, 1500, 0, 5, 2, NOTHING, TAGGED],
  ['Tomcat at 20 s', 20, 60, 700, 0.2, 10, 1, NOTHING, PROBED],
  ['equal timeouts on both sides', 60, 60, 1000, 0, 12, 1, NOTHING, PROBED],
  ['Jetty at 30 s', 30, 60, 400, 0, 9, 1, NOTHING, LOGGED],
  ['uvicorn at 5 s behind a mobile app', 5, 60, 2500, 0.6, 4, 2, NOTHING, TAGGED],
  ['Puma before version 7', 20, 60, 600, 0, 13, 1, NOTHING, LOGGED],
  ['a websocket team raised the idle timeout', 75, 3600, 350, 0, 10, 1, NO_TRAIL, PROBED],
  ['Go with IdleTimeout of 30 s', 30, 60, 5000, 0, 6, 1, NOTHING, PROBED],
  ['Kestrel at 130 s behind 180', 130, 180, 800, 0.3, 9, 1, NOTHING, TAGGED],
  ['twenty-four targets, each seldom asked', 5, 60, 900, 0, 5, 1, MANY_TARGETS, LOGGED],
  ['two instances of an old monolith', 5, 60, 300, 0, 16, 1, INSTANCES, PROBED],
  ['slow reports beside a race', 5, 60, 400, 0, 9, 1, SLOW, LOGGED],
  ['a rollout without trouble in the same window', 5, 60, 800, 0, 7, 1, ROLLOUT, PROBED],
  ['no trail to read', 5, 60, 800, 0, 8, 1, NO_TRAIL, TAGGED],
  ['a shop at night, hardly any traffic', 5, 60, 15, 0, 17, 1, NOTHING, PROBED],
  ['a busy proxy with a steady fifteen a minute', 5, 60, 20_000, 0, 1, 9, NOTHING, LOGGED],
  ['one in twenty thousand', 5, 60, 4000, 0.2, 5, 1, NOTHING, LOGGED],
  ['uWSGI with http-keepalive of 4 s', 4, 60, 500, 0, 8, 1, NOTHING, PROBED],
  ['a payment callback service', 15, 60, 120, 0, 12, 1, NOTHING, LOGGED],
  ['HAProxy in the pod at 10 s', 10, 60, 1100, 0.2, 7, 1, NOTHING, TAGGED],
  ['Envoy beside the application at 55 s', 55, 60, 900, 0, 9, 1, NOTHING, PROBED],
  ['a warehouse terminal, quiet at lunch', 5, 60, 90, 0.8, 11, 1, NOTHING, LOGGED],
  ['Undertow at 30 s, idle timeout of 120', 30, 120, 650, 0, 8, 1, NOTHING, PROBED],
  ['Passenger at 15 s', 15, 60, 450, 0, 10, 1, NOTHING, TAGGED],
  ['a monitoring dashboard that polls', 5, 60, 240, 0, 15, 1, NOTHING, LOGGED],
  ['waitress, fast answers only', 5, 60, 700, 0, 6, 1, slowestResponse(steady(0.1)), PROBED],
  ['a partner API, forty an hour', 5, 60, 1800, 0.1, 4, 1, NO_TRAIL, LOGGED],
  ['Deno at 5 s', 5, 60, 550, 0, 9, 2, NOTHING, TAGGED],
  ['hyper at 20 s', 20, 60, 1300, 0.3, 9, 1, NOTHING, PROBED],
  ['504s could not be read', 5, 60, 800, 0, 8, 1, deniedMetric('HTTPCode_ELB_504_Count'), PROBED],
  [
    'a server that somebody named by its tag',
    5,
    60,
    600,
    0,
    9,
    1,
    groupTag('web', 'alb502:server', 'node 18'),
    LOGGED,
  ],
];

export const keepAliveIncidents: readonly Incident[] = ROWS.map(
  ([name, seconds, idle, rate, swing, every, count, beside, foundOut]) => ({
    name,
    truth: 'keepalive-mismatch',
    metrics: edits(idleTimeout(idle), failing(sprinkled(every, count), traffic(rate, swing)), beside),
    foundOut: foundOut(seconds),
  }),
);
