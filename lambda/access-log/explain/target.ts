import type { Failure } from '../tally/failure.ts';
import type { Explain } from './explanation.ts';
import { counted, percent } from './fact-text.ts';
import { bestKeySet, type Keys } from './key-set.ts';
import { groupsOf, isOnTlsPort, type LogView, targetsOf } from './log-view.ts';
import { explainByNoTarget } from './no-target.ts';
import { type CauseOdds, explainedBy, oddsOf, signatureSharesOf } from './odds.ts';
import { placeOf } from './place.ts';

const FEWEST_FAILURES = 3;

/** Where a line names none, nothing was chosen that could be what fails. */
const named = (number: number): number | undefined => (number < 0 ? undefined : number);

/** What fails may be a whole group, or some targets. */
function keysOf(view: LogView): readonly { readonly keys: Keys; readonly name: string }[] {
  const { tally } = view;
  const groups = [...groupsOf(view)];
  const requestsOfTarget = new Map<number, number>();
  for (const [, group] of groups)
    for (const { target, requests } of targetsOf(group))
      requestsOfTarget.set(target, (requestsOfTarget.get(target) ?? 0) + requests);
  return [
    {
      name: 'target group',
      keys: {
        keyOf: ({ group }) => named(group),
        shareOf: (group) => (tally.groups.get(group)?.requests ?? 0) / tally.requests,
        distinct: groups.length,
        fewest: FEWEST_FAILURES,
      },
    },
    {
      name: 'target',
      keys: {
        keyOf: ({ target }) => named(target),
        shareOf: (target) => (requestsOfTarget.get(target) ?? 0) / tally.requests,
        distinct: requestsOfTarget.size,
        fewest: FEWEST_FAILURES,
      },
    },
  ];
}

/** Requests that what fails answered all the same. */
function answeredOf(view: LogView, name: string, keys: ReadonlySet<number>): number {
  let answered = 0;
  for (const [number, group] of groupsOf(view)) {
    if (name === 'target group' && keys.has(number)) answered += group.answered;
    if (name !== 'target group')
      for (const { target, requests, elb502 } of targetsOf(group))
        if (keys.has(target)) answered += requests - elb502;
  }
  return answered;
}

/** Whether some targets fail while others of their groups answer, on ports that are not those of TLS. */
function isPlainAmongOthers(view: LogView, name: string, failures: readonly Failure[]): boolean {
  if (name === 'target group' || failures.length === 0) return false;
  return failures.every(({ group, target }) => {
    const answered = view.tally.groups.get(group)?.answered ?? 0;
    return answered > 0 && !isOnTlsPort(view, target);
  });
}

function causesOf(
  view: LogView,
  responsible: Float64Array,
  neverAnswered: boolean,
  isPlain: boolean,
): CauseOdds {
  const look = signatureSharesOf(view, responsible);
  // A handshake seldom fails on one target of several, and where it may be tried the port mostly says so.
  if (look.neverDispatched > 0.8 && neverAnswered && isPlain)
    return oddsOf([
      ['connection-refused', 0.78],
      ['network-path', 0.09],
      ['tls-failure', 0.06],
      ['target-crash', 0.04],
    ]);
  // Refused connections and failed handshakes leave the same line.
  if (look.neverDispatched > 0.8)
    return oddsOf([
      ['connection-refused', neverAnswered ? 0.5 : 0.62],
      ['tls-failure', neverAnswered ? 0.25 : 0.08],
      ['network-path', 0.12],
      ['target-crash', neverAnswered ? 0.02 : 0.06],
    ]);
  if (neverAnswered)
    return oddsOf([
      ['protocol-mismatch', 0.55],
      ['tls-failure', 0.15],
      ['malformed-response', 0.12],
      ['response-header-too-large', 0.02],
    ]);
  return oddsOf([
    ['malformed-response', 0.18],
    ['target-crash', 0.15],
    ['requests-per-connection-limit', look.closedOnReuse > 0.5 ? 0.12 : 0.01],
    ['keepalive-mismatch', look.closedOnReuse > 0.5 ? 0.1 : 0],
  ]);
}

/** Whether anything but this could be seen at all: where all is of one group, it tells nothing. */
const hasOthers = (distinct: number): boolean => distinct > 1;

/** Failures keep to one target group, or to some targets, or to none. */
export const explainByTarget: Explain = (view, weights) => [
  ...explainByNoTarget(view),
  ...keysOf(view).flatMap(({ keys, name }) => {
    const set = hasOthers(keys.distinct) ? bestKeySet(view, weights, keys) : null;
    if (set === null) return [];
    const answered = answeredOf(view, name, set.keys);
    return [
      {
        kind: 'target' as const,
        ratios: set.ratios,
        searchedNats: set.searchedNats + Math.LN2,

        statement: (responsible: Float64Array) => {
          const explained = explainedBy(view, responsible);
          const share = [...set.keys].reduce((sum, key) => sum + keys.shareOf(key), 0);
          const never = answered === 0 ? ', which never answered' : '';
          return {
            fact: `keep to ${counted(set.keys.size, name)} with ${percent(share)} of all requests${never}`,
            where: placeOf(view, explained),
            causes: causesOf(view, responsible, answered === 0, isPlainAmongOthers(view, name, explained)),
          };
        },
      },
    ];
  }),
];
