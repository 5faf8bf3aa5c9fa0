import { expect, test } from 'vitest';
import { type Logged, resultOf } from './requests.ts';

test('answered requests that only one node lacks are asked for', () => {
  const requests = Array.from(
    { length: 60 },
    (_, at): Logged => ({
      sent: at * 3,
      node: at % 2,
      ...(at % 2 === 1 && at < 12 ? { failed: 'cut' } : {}),
    }),
  );
  const oneNodeFailing = requests.filter(({ node, failed }) => node === 0 || failed !== undefined);
  const missing = (logged: readonly Logged[]) =>
    resultOf(logged).diagnosis.missingEvidence.map(({ what }) => what);
  expect(missing(oneNodeFailing)).toContain(
    "answered requests through 1 of the load balancer's nodes, which are missing: the log has only failed ones from it",
  );
  expect(missing(requests).join()).not.toContain('nodes, which are missing');
});
