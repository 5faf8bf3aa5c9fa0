import {
  accessLog,
  askedDirectly,
  bundleWith,
  declared,
  everyNth,
  explained,
  explanation,
  failingRequest,
  failures,
  from,
  group,
  loggedGroup,
  together,
} from '../diagnose/bundle.ts';
import { type Case, NAMED, SURE, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'the failures are of a few clients, on any path',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('client', 119, 0.99)),
    ),
    verdict: 'response-header-too-large',
    // What these clients alone get may be malformed.
    probability: [0.7, 0.9],
    severity: 'warning',
    mismatches: [],
    actions: ['32 K of response headers', 'curl -s -D -', 'may have to sign in again'],
  },
  {
    ...UNCLEAR,
    name: 'a few minutes of 502s here and there may be a user with a large cookie, or anything',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      failures(together(from(20, [2, 1, 3]), from(60, [1, 2]), from(100, [2, 2]), from(140, [3]))),
    ),
  },
  {
    ...UNCLEAR,
    name: 'failures of no client and no path in particular',
    kind: 'near miss',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(20, 1)),
      accessLog(
        loggedGroup(9, {
          signatures: { closedOnReuse: 4, midRequest: 3, neverDispatched: 0, answeredBadly: 2, lambda: 0 },
        }),
      ),
    ),
    missing: 'the log of the targets of web around the 502s',
  },
  {
    name: 'few clients and one path: the path has most of the failures',
    kind: 'mixed',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 112, 0.93), explanation('client', 6, 0.05)),
    ),
    verdict: 'malformed-response',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: ['find the paths that fail'],
  },
  {
    name: 'a path that fails for everyone, and asked directly answers with 40 kB of headers',
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
      askedDirectly('/login', 'response-header-too-large'),
    ),
    verdict: 'response-header-too-large',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: ['32 K of response headers'],
  },
  {
    name: 'paths of a few clients that the log names: they are asked for over TLS, as the group is',
    kind: 'present',
    bundle: bundleWith(
      group('web', { protocol: 'HTTPS' }),
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('client', 119, 0.99)),
      failingRequest({ url: 'https://shop.example.com:443/account' }),
    ),
    verdict: 'response-header-too-large',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: [
      'curl -sk --http1.1 -D - -o /dev/null https://10.0.1.10:8080/account | wc -c',
      'alb502 probe --json https://10.0.1.10:8080/account --idle-timeout 60 | tee probe.json',
    ],
  },
  {
    name: 'a path that fails for some clients more than for others: only what the target answers tells which of two it is',
    kind: 'unknown',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(3, 2)),
      accessLog(
        loggedGroup(120, {
          signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
        }),
      ),
      explained(explanation('path', 62, 0.52), explanation('client', 56, 0.47)),
      failingRequest({ url: 'https://shop.example.com:443/account' }),
    ),
    ...UNCLEAR,
    actions: ['alb502 probe --json http://10.0.1.10:8080/account --idle-timeout 60 | tee probe.json'],
    missing: 'what the target answers for a path that failed',
  },
];
