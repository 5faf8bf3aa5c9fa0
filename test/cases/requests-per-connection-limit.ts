import {
  accessLog,
  bundleWith,
  declared,
  during,
  everyNth,
  explained,
  explanation,
  failures,
  groupTag,
  keepAlive,
  loggedGroup,
  requests,
  steady,
  times,
  together,
} from '../diagnose/bundle.ts';
import { type Case, mismatch, NAMED, SURE, UNCLEAR } from './case.ts';

/** Failures that are all on connections of one age, with what is known of the server. */
const ofOneAge = (name: string, server: string | null, actions: readonly string[]): Case => ({
  name: `failures that are all on connections of one age, of ${name}`,
  kind: 'present',
  bundle: bundleWith(
    ...[failures(everyNth(2, 1)), keepAlive(75, 'probe')],
    ...(server === null ? [] : [groupTag('web', 'alb502:server', server)]),
    accessLog(
      loggedGroup(90, {
        signatures: { closedOnReuse: 90, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
      }),
    ),
    explained(explanation('connection-age', 84, 0.933)),
  ),
  verdict: 'requests-per-connection-limit',
  probability: SURE,
  severity: 'warning',
  mismatches: [],
  actions,
});

export const cases: readonly Case[] = [
  ofOneAge('a server that has such a setting', 'nginx/1.27', [
    'On the targets (nginx): lift keepalive_time',
    'keepalive_time 24h;',
    'announces the close, so look for a proxy',
    'nginx -t && nginx -s reload',
  ]),
  ofOneAge('a server that has none', 'tomcat', [
    'lift the maximum age of connections',
    'is not known to have such a limit: look at what is in front of it',
  ]),
  ofOneAge('a server that is not known', null, [
    'lift the maximum age of connections',
    'max_connection_duration',
  ]),
  {
    name: 'failures that are all the hundredth request of their connection',
    kind: 'present',
    bundle: bundleWith(
      failures(everyNth(2, 1)),
      groupTag('web', 'alb502:server', 'nginx/1.18'),
      accessLog(
        loggedGroup(90, {
          signatures: { closedOnReuse: 90, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      explained(explanation('connection-requests', 84, 0.933)),
    ),
    verdict: 'requests-per-connection-limit',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: [
      'On the targets (nginx): lift keepalive_requests',
      'keepalive_requests 10000;',
      'nginx -t && nginx -s reload',
    ],
  },
  {
    name: 'a server that announces its limit is not blamed without asking what stands before it',
    kind: 'present',
    bundle: bundleWith(
      failures(everyNth(2, 1)),
      groupTag('web', 'alb502:server', 'apache'),
      keepAlive(75, 'probe'),
      accessLog(
        loggedGroup(90, {
          signatures: { closedOnReuse: 90, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      explained(explanation('connection-requests', 84, 0.933)),
    ),
    verdict: 'requests-per-connection-limit',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: ['MaxKeepAliveRequests 10000', 'announces the close, so look for a proxy'],
  },
  {
    ...UNCLEAR,
    name: '502s that rise and fall with the traffic may be a limit, a path or large headers',
    kind: 'unknown',
    bundle: bundleWith(
      requests(together(steady(200), during(60, 120, 2000))),
      failures(together(everyNth(10, 1), during(60, 120, 1))),
      declared(75),
    ),
    actions: ['alb502 logs'],
  },
  {
    ...UNCLEAR,
    name: 'a limit that a server has by default is no evidence that it was met',
    kind: 'near miss',
    bundle: bundleWith(failures(everyNth(8, 1)), groupTag('web', 'alb502:server', 'tomcat'), declared(75)),
  },
  {
    name: 'failures at one count of requests, and a short keep-alive that waits for its turn',
    kind: 'mixed',
    bundle: bundleWith(
      requests(times(steady(600), 2)),
      failures(everyNth(2, 2)),
      declared(5),
      accessLog(
        loggedGroup(180, {
          signatures: { closedOnReuse: 180, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      explained(explanation('connection-requests', 170, 0.944)),
    ),
    verdict: 'requests-per-connection-limit',
    probability: NAMED,
    severity: 'warning',
    mismatches: [mismatch(60, 5)],
    actions: ['keepalive_requests 10000', 'raise the keep-alive from 5 s'],
  },
];
