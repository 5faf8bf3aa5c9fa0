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

export const cases: readonly Case[] = [
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
