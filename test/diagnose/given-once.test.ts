import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { givenOnce } from '../../lambda/diagnose/remedies/given-once.ts';
import type { OwnedAction } from '../../lambda/model/diagnosis.ts';
import {
  accessLog,
  bundleWith,
  explained,
  explanation,
  failures,
  group,
  groupArn,
  loggedGroup,
  steady,
} from './bundle.ts';

const ACTION: OwnedAction = {
  ...{ title: 'Look at it', why: 'it shows.', commands: ['# here:', 'look A'], rollback: ['# none'] },
  ...{ layer: 'target', owner: 'ecs' },
};

const NEVER = { requests: 60, answered: 0 };

describe('advice that reads the same', () => {
  test('is given once, with the lines of each', () => {
    const other = { ...ACTION, commands: ['# here:', 'look B'], rollback: ['# none'] };
    expect(givenOnce([ACTION, other])).toEqual([{ ...ACTION, commands: ['# here:', 'look A', 'look B'] }]);
  });

  test.each<readonly [string, Partial<OwnedAction>]>([
    ['another title', { title: 'Look at that' }],
    ['another reason', { why: 'it may show.' }],
    ['another layer', { layer: 'load-balancer' }],
    ['another owner', { owner: 'terraform' }],
  ])('stays apart where it has %s', (_, change) => {
    const two = [ACTION, { ...ACTION, ...change }];
    expect(givenOnce(two)).toEqual(two);
  });

  test('of two target groups with one name has both ARNs', () => {
    const replaced = groupArn('web').replace('73e2d6bc24d8a067', '00112233aabbccdd');
    const bundle = bundleWith(
      group('older', { name: 'web', arn: replaced }),
      failures(steady(12)),
      accessLog(loggedGroup(60, NEVER), loggedGroup(60, { ...NEVER, targetGroupArn: replaced })),
      explained(
        explanation('target', 120, 1, {
          causes: [{ cause: 'protocol-mismatch', probability: 0.9 }],
          where: { targetGroupArn: null, target: null, node: null, path: null },
        }),
      ),
    );
    const compared = diagnose(bundle).actions.filter(({ title }) => /ompare what web speaks/.test(title));
    expect(compared.length).toBe(1);
    for (const arn of [groupArn('web'), replaced])
      expect(compared[0]?.commands.filter((line) => line.includes(arn)).length).toBe(1);
  });
});
