import { expect, test } from 'vitest';
import type { RegionChanges } from '../../lambda/observe/change.reader.ts';
import { readChanges } from '../../lambda/observe/recent-changes.ts';
import { bundleWith, change, counts, everyNth, gap, LOAD_BALANCER_ARN } from '../diagnose/bundle.ts';

const told = (eventName: string): RegionChanges => {
  const { changes, gaps } = bundleWith(
    change(1, eventName, LOAD_BALANCER_ARN),
    gap('changes', { what: eventName }),
  );
  return { changes, gaps };
};
const seriesOf = (metric: string, value: number) =>
  bundleWith(counts(metric, everyNth(9, value))).metrics.filter(({ name }) => name === metric);

async function askedFor(metric: string, value: number) {
  let asked = 0;
  const networkChanges = async () => {
    asked += 1;
    return told('RevokeSecurityGroupIngress');
  };
  const read = await readChanges({ changes: told('ModifyRule'), networkChanges }, seriesOf(metric, value));
  return {
    asked,
    names: read.changes.map(({ eventName }) => eventName),
    gaps: read.gaps.map(({ what }) => what),
  };
}

test.each(['TargetConnectionErrorCount', 'HTTPCode_ELB_504_Count'])(
  'changes of the network are asked for where there is %s, and both lists and gaps are told',
  async (metric) => {
    const both = ['ModifyRule', 'RevokeSecurityGroupIngress'];
    expect(await askedFor(metric, 2)).toEqual({ asked: 1, names: both, gaps: both });
    expect(await askedFor(metric, 0)).toMatchObject({ asked: 0, names: ['ModifyRule'] });
  },
);

test('502s alone cost no look-up of changes of the network', async () => {
  expect(await askedFor('HTTPCode_ELB_502_Count', 2)).toMatchObject({ asked: 0, gaps: ['ModifyRule'] });
});

test('what nobody asks for is a gap', async () => {
  const { gaps } = await readChanges({ changes: null }, seriesOf('TargetConnectionErrorCount', 2));
  expect(gaps).toMatchObject([{ subject: 'changes', kind: 'switched-off' }]);
});
