import type { AccessLogSummary, LoggedTargetGroup } from '../../lambda/model/access-log-summary.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import { minute, WEB } from './looks.ts';
import { FAILING, shopBundle } from './shop.ts';

/** An explanation, its share of 60 failures. */
export function explanation(
  kind: Explanation['kind'],
  failures: number,
  fact: string,
  causes: Explanation['causes'] = [],
  where: Partial<Explanation['where']> = {},
): Explanation {
  const [first] = causes;
  return {
    kind,
    cause: first !== undefined && first.probability >= 0.7 ? first.cause : null,
    causes,
    failures,
    share: Math.round((failures / 60) * 1000) / 1000,
    gainNats: 98.2,
    fact,
    where: { targetGroupArn: WEB, target: null, node: null, path: null, ...where },
  };
}

export const IDLE = explanation(
  'idle-time',
  31,
  'came 5 s after an answer of the same target, which chance alone does less than once in a million times',
  [{ cause: 'keepalive-mismatch', probability: 0.98 }],
);

export const EXPORT = explanation(
  'path',
  28,
  'are requests for GET /export, 4 % of all requests; 100 % of them fail',
  [
    { cause: 'malformed-response', probability: 0.72 },
    { cause: 'response-header-too-large', probability: 0.17 },
  ],
  { path: 'GET /export' },
);

export const loggedGroup = (patch: Partial<LoggedTargetGroup> = {}): LoggedTargetGroup => ({
  targetGroupArn: WEB,
  requests: 9000,
  elb502: 60,
  target502: 0,
  answered: 8940,
  signatures: { closedOnReuse: 60, midRequest: 0, neverDispatched: 0, answeredBadly: 0, lambda: 0 },
  keepAlive: null,
  lambdaReasons: {},
  targets: [{ target: '10.0.0.11:8080', requests: 9000, elb502: 60, keepAlive: null }],
  ...patch,
});

export const summaryOf = (
  explanations: readonly Explanation[],
  patch: Partial<AccessLogSummary> = {},
): AccessLogSummary => {
  const sent = explanations.reduce((sum, { failures }) => sum + failures, 0);
  return {
    loadBalancer: 'app/shop/0123456789abcdef',
    linesRead: 9000,
    linesRejected: 0,
    requests: 9000,
    elb502: 60,
    firstSeen: minute(105),
    lastSeen: minute(175),
    targetGroups: [loggedGroup()],
    leftOut: [],
    explanations: [...explanations],
    unexplained: { failures: 60 - sent, share: Math.round((1 - sent / 60) * 1000) / 1000 },
    ...patch,
  };
};

/** The shop with 60 failures in its log: 31 of an idle race and 28 of one path. */
export const twoCauses = (): EvidenceBundle => ({
  ...shopBundle({ at: 180, failing: FAILING, keepAliveSeconds: 5 }),
  accessLog: summaryOf([IDLE, EXPORT]),
});
