import {
  accessLog,
  backendLog,
  bundleWith,
  declared,
  everyNth,
  explained,
  explanation,
  failingRequest,
  failures,
  from,
  loggedGroup,
  slowestResponse,
  steady,
} from '../diagnose/bundle.ts';
import { type Case, mismatch, NAMED, SURE, UNCLEAR } from './case.ts';

export const cases: readonly Case[] = [
  {
    name: 'failures that end after thirty seconds of work',
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(5, 1)),
      slowestResponse(steady(28)),
      accessLog(
        loggedGroup(36, {
          signatures: { closedOnReuse: 1, midRequest: 35, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      explained(explanation('target-time', 34, 0.944)),
    ),
    verdict: 'worker-timeout',
    probability: SURE,
    severity: 'warning',
    mismatches: [],
    actions: ['timeout = 120', 'a stuck worker is noticed later'],
  },
  {
    name: "the server's own log says that it killed workers",
    kind: 'present',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(5, 1)),
      slowestResponse(steady(28)),
      backendLog('WORKER TIMEOUT'),
    ),
    verdict: 'worker-timeout',
    probability: NAMED,
    severity: 'warning',
    mismatches: [],
    actions: ['raise the worker timeout'],
  },
  {
    ...UNCLEAR,
    name: 'slow responses beside 502s do not make a timeout of the worker',
    kind: 'unknown',
    bundle: bundleWith(declared(75), failures(everyNth(5, 1)), slowestResponse(steady(28))),
  },
  {
    ...UNCLEAR,
    name: 'broken requests whose times do not gather anywhere',
    kind: 'near miss',
    bundle: bundleWith(
      declared(75),
      failures(everyNth(5, 1)),
      slowestResponse(steady(28)),
      accessLog(
        loggedGroup(9, {
          signatures: { closedOnReuse: 0, midRequest: 9, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
    ),
    missing: 'the log of the targets of web around the 502s',
  },
  {
    name: 'killed workers in a service whose keep-alive is short as well',
    kind: 'mixed',
    bundle: bundleWith(
      declared(2),
      failures(everyNth(5, 1)),
      slowestResponse(steady(28)),
      accessLog(
        loggedGroup(36, {
          signatures: { closedOnReuse: 4, midRequest: 32, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      explained(explanation('target-time', 31, 0.861)),
    ),
    verdict: 'worker-timeout',
    probability: NAMED,
    severity: 'warning',
    mismatches: [mismatch(60, 2)],
    actions: ['timeout = 120', 'raise the keep-alive from 2 s'],
  },
  {
    name: 'the first two requests that broke off, of one page that takes half a minute',
    kind: 'near miss',
    bundle: bundleWith(
      declared(75),
      failures(from(100, [1, 1])),
      slowestResponse(steady(28)),
      accessLog(
        loggedGroup(2, {
          signatures: { closedOnReuse: 0, midRequest: 2, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
        }),
      ),
      failingRequest({ targetSeconds: 30.02 }),
      failingRequest({ targetSeconds: 30.04 }),
    ),
    // Two are few; but what is broken about a response shows sooner.
    verdict: 'undetermined',
    probability: [0.3, 0.75],
    severity: 'warning',
    mismatches: [],
    actions: [],
  },
];
