import {
  accessLog,
  askedDirectly,
  bundleWith,
  declared,
  during,
  everyNth,
  explained,
  explanation,
  failingRequest,
  failures,
  loggedGroup,
  requests,
  steady,
  together,
} from '../diagnose/bundle.ts';
import { type Case, mismatch, NAMED, SURE, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'the failures are of one path, which fails each time',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 118, 0.98)),
    ),
    verdict: 'malformed-response',
    // A response with too large headers leaves the same lines.
    probability: [0.7, 0.9],
    severity: 'warning',
    mismatches: [],
    actions: ['find the paths that fail', 'curl -sv --raw'],
  },
  {
    ...UNCLEAR,
    name: '502s of healthy targets that follow the traffic look the same for a path, a limit and large headers',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      requests(together(steady(200), during(60, 120, 1800))),
      failures(together(steady(1), during(60, 120, 9))),
    ),
  },
  {
    ...UNCLEAR,
    name: 'the 502s begin after a rollout, and stay',
    kind: 'near miss',
    bundle: bundleWith(declared(75), failures(during(60, 180, 2))),
  },
  {
    name: 'a broken path in a service whose keep-alive is short as well',
    kind: 'mixed',
    bundle: bundleWith(
      declared(5),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 20, midRequest: 10, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 110, 0.92)),
    ),
    verdict: 'malformed-response',
    probability: NAMED,
    severity: 'warning',
    mismatches: [mismatch(60, 5)],
    actions: ['find the paths that fail', 'raise the keep-alive from 5 s'],
  },
  {
    name: 'a path that fails for everyone, and asked directly answers with two lengths',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 20, midRequest: 10, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 110, 0.92)),
      askedDirectly('/export', 'malformed-response'),
    ),
    verdict: 'malformed-response',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: ['find the paths that fail'],
  },
  {
    name: 'a path that fails for everyone, and the log names it: the commands name it too',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 20, midRequest: 10, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 118, 0.98)),
      failingRequest({ method: 'POST', url: 'https://shop.example.com:443/order' }),
      failingRequest({ url: 'https://shop.example.com:443/reset/***' }),
      failingRequest({ url: 'https://shop.example.com:443/export' }),
    ),
    verdict: 'malformed-response',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: [
      'curl -sv --raw -o /dev/null http://10.0.1.10:8080/export',
      'alb502 probe --json http://10.0.1.10:8080/export --idle-timeout 60 | tee probe.json',
      'alb502 diagnose BUNDLE --probe probe.json',
    ],
    missing: 'what the target answers for a path that failed',
  },
];
