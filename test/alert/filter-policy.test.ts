import { describe, expect, test } from 'vitest';
import { filterMatch, type Match } from '../../lambda/alert/filter-policy.ts';

const ATTRIBUTES = {
  severity: 'critical',
  event: 'firing',
  cause: 'undetermined',
  loadBalancer: 'app/shop/1',
  teams: ['shop', 'pay'],
  text: 'two\nlines',
};

/** What SNS's documentation says of each operator. */
const CASES: readonly (readonly [policy: string | null, expected: Match])[] = [
  [null, 'yes'],
  ['{}', 'yes'],
  ['{"severity":["critical"]}', 'yes'],
  ['{"severity":["warning","critical"]}', 'yes'],
  ['{"severity":["warning"]}', 'no'],
  ['{"severity":["Critical"]}', 'no'],
  ['{"severity":[{"equals-ignore-case":"CRITICAL"}]}', 'yes'],
  ['{"severity":["critical"],"event":["resolved"]}', 'no'],
  ['{"loadBalancer":[{"prefix":"app/shop/"}]}', 'yes'],
  ['{"loadBalancer":[{"prefix":"app/pay/"}]}', 'no'],
  ['{"loadBalancer":[{"suffix":"/1"}]}', 'yes'],
  ['{"loadBalancer":[{"wildcard":"app/*/1"}]}', 'yes'],
  ['{"loadBalancer":[{"wildcard":"app.*"}]}', 'no'],
  ['{"severity":[{"anything-but":"info"}]}', 'yes'],
  ['{"severity":[{"anything-but":["info","critical"]}]}', 'no'],
  ['{"loadBalancer":[{"anything-but":{"prefix":"app/shop/"}}]}', 'no'],
  ['{"loadBalancer":[{"anything-but":{"suffix":"/2"}}]}', 'yes'],
  ['{"severity":[{"equals-ignore-case":"WARNING"}]}', 'no'],
  ['{"loadBalancer":[{"suffix":"app"}]}', 'no'],
  ['{"loadBalancer":[{"anything-but":{"suffix":"/1"}}]}', 'no'],
  ['{"loadBalancer":[{"anything-but":{"suffix":"app"}}]}', 'yes'],
  ['{"teams":["pay"]}', 'yes'],
  ['{"teams":["search"]}', 'no'],
  ['{"text":[{"wildcard":"two*lines"}]}', 'yes'],
  ['{"$or":"severity"}', 'unknown'],
  ['{"severity":[{"exists":true}]}', 'yes'],
  ['{"severity":[{"exists":false}]}', 'no'],
  ['{"team":[{"exists":false}]}', 'yes'],
  ['{"team":[{"exists":true}]}', 'no'],
  ['{"team":["shop"]}', 'no'],
  ['{"team":[{"anything-but":"shop"}]}', 'no'],
  ['{"$or":[{"severity":["info"]},{"event":["firing"]}]}', 'yes'],
  ['{"$or":[{"severity":["info"]},{"event":["drift"]}]}', 'no'],
  ['{"cost":[{"numeric":[">",5]}]}', 'unknown'],
  ['{"severity":["critical",{"numeric":[">",5]}]}', 'yes'],
  ['{"severity":["info"],"cost":[{"numeric":[">",5]}]}', 'no'],
  ['{"severity":"critical"}', 'unknown'],
  ['no JSON', 'unknown'],
];

describe('the filter policy of a subscription', () => {
  test.each(CASES)('%s: %s', (policy, expected) => expect(filterMatch(policy, ATTRIBUTES)).toBe(expected));
});
