import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVERS } from '../../lambda/advice/servers.ts';
import type { Action } from '../../lambda/model/diagnosis.ts';
import { bundleWith, LOAD_BALANCER_ARN } from '../diagnose/bundle.ts';
import { type Moto, startMoto } from '../moto.ts';
import { Account } from './account.ts';
import { faultsOfAction } from './judge.ts';
import { readLines } from './readings.ts';
import { Follower } from './restored.ts';

// What the walk would say of advice that is wrong: without this nobody would know that it can say anything.

const folder = mkdtempSync(join(tmpdir(), 'alb502-advised-'));
let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await moto.stop();
});

const read = (lines: readonly string[]) => readLines(moto, lines, SERVERS, folder);

const IDLE = `aws elbv2 modify-load-balancer-attributes --region eu-central-1 --load-balancer-arn ${LOAD_BALANCER_ARN}`;
const idle = (seconds: number | string): string =>
  `${IDLE} --attributes Key=idle_timeout.timeout_seconds,Value=${seconds}`;

describe('a line', () => {
  test.each([
    ['prose', 'set the limit back to its previous value', /starts nothing/],
    ['prose with a name before it', 'ECS: set stopTimeout to 120', /no program is named ECS:/],
    ['a quote that is not closed', "echo it's gone | wc -c", /unexpected EOF|matching/],
    ['an unknown program', 'frobnicate --all', /no program is named frobnicate/],
    ['a program by its path', '/bin/rm -rf /', /restricted/],
    ['an unknown service', 'aws elb3 describe-load-balancers', /no service elb3/],
    ['an unknown operation', 'aws elbv2 describe-loadbalancers', /no operation describe-loadbalancers/],
    [
      'an unknown option',
      'aws elbv2 describe-load-balancers --load-balancer-arn a',
      /has no --load-balancer-arn/,
    ],
    ['a missing option', 'aws elbv2 describe-target-health', /TargetGroupArn \(required\)/],
    [
      'an unknown attribute',
      `${IDLE} --attributes Key=idle_timeout.seconds,Value=60`,
      /no attribute idle_timeout.seconds/,
    ],
    ['a value out of its range', idle(4_001), /is 1 to 4000, not 4001/],
    ['broken shorthand', `${IDLE} --attributes Key:idle_timeout.timeout_seconds,Value=60`, /'=' is expected/],
    [
      'a member that is none',
      `${IDLE} --attributes Name=idle_timeout.timeout_seconds,Value=60`,
      /no member Name/,
    ],
    [
      'a query that is no JMESPath',
      "aws elbv2 describe-target-groups --query 'TargetGroups[.Port'",
      /no JMESPath/,
    ],
    [
      'a query of another answer',
      "aws elbv2 describe-target-groups --query 'TargetGroups[].Ports'",
      /the answer has no Ports/,
    ],
    [
      'a file that nobody wrote',
      'aws lambda invoke --function-name a --payload fileb://b.json c',
      /no such file/,
    ],
    [
      'a blob of a file of text',
      'aws lambda invoke --function-name a --payload file://b.json c',
      /is not read from file/,
    ],
    ['no region', 'aws ec2 describe-network-acls --region Frankfurt', /--region cannot be 'Frankfurt'/],
    ['an option that alb502 has not', 'alb502 probe 10.0.0.7:8080 --idle 60', /unknown option/],
    [
      'a value that alb502 does not take',
      'alb502 probe 10.0.0.7:8080 --idle-timeout 0',
      /expected a number from 1/,
    ],
    ['a command that alb502 has not', 'alb502 fix', /unknown command/],
    ['a request that changes something', 'curl -s -X DELETE http://10.0.0.7/', /has no -X/],
    ['a verb of kubectl that destroys', 'kubectl delete pod web', /kubectl delete is not among/],
    ['a verb of Terraform that destroys', 'terraform destroy', /terraform destroy is not among/],
    ['a signal that ends a process', 'kill -9 1', /has no -9/],
    ['a service that is stopped', 'systemctl stop nginx', /has no stop/],
  ])('that is %s is refused', async (_, line, why) => {
    expect((await read([line])).get(line)?.faults.join('\n')).toMatch(why);
  });

  test.each([
    idle(60),
    "aws elbv2 describe-target-groups --query 'TargetGroups[].[Protocol,Port]' --output text",
    `${IDLE} --attributes '[{"Key":"idle_timeout.timeout_seconds","Value":"60"}]'`,
    'kubectl get ingress web -n shop -o yaml',
    'nginx -t && nginx -s reload',
    '# a remark',
    'keepalive_timeout 66s;',
  ])('%s is taken', async (line) => {
    expect((await read([line])).get(line)?.faults).toEqual([]);
  });
});

const action = (commands: readonly string[], rollback: readonly string[]): Action => ({
  title: 'an action',
  why: 'why',
  commands: [...commands],
  rollback: [...rollback],
});

const GROUP = 'aws logs create-log-group --log-group-name /app/shop';
const OWN_GROUP = '/aws/vendedlogs/alb/alb502-shop';

describe('an action', () => {
  test.each([
    ['has no way back', [idle(60)], [], /does not bring back/],
    ['goes back to where it went', [idle(60)], [idle(60)], /does the same again/],
    [
      'brings another attribute back',
      [idle(60)],
      [`${IDLE} --attributes Key=client_keep_alive.seconds,Value=60`],
      /does not bring idle_timeout.timeout_seconds back/,
    ],
    [
      'brings another resource back',
      [idle(60)],
      [idle(50).replace('/shop/', '/other/')],
      /does not bring back/,
    ],
    [
      'replaces a policy',
      ['aws s3api put-bucket-policy --bucket logs --policy {}'],
      ['aws s3api delete-bucket-policy --bucket logs'],
      /nothing is known that brings back/,
    ],
    [
      'deletes',
      ['aws elbv2 delete-load-balancer --load-balancer-arn a'],
      [],
      /nothing is known that brings back/,
    ],
    [
      'deletes on its way back what it did not make',
      [],
      ['aws logs delete-log-group --log-group-name /app/shop'],
      /undoes nothing of this action/,
    ],
    [
      'cuts the retention of a log',
      ['aws logs put-retention-policy --log-group-name /app/shop --retention-in-days 7'],
      [],
      /nothing is known that brings back/,
    ],
    [
      'may delete a log that was there',
      [GROUP],
      [GROUP.replace('create', 'delete')],
      /may have been there before/,
    ],
    ['reloads a server, and not on its way back', ['nginx -s reload'], ['# edit it again'], /nginx is run/],
    [
      'needs a value of before that it does not show',
      [idle(60)],
      [idle('PREVIOUS_VALUE')],
      /which no command of the action shows/,
    ],
  ])('that %s is refused', async (_, commands, rollback, why) => {
    const readings = await read([...commands, ...rollback]);
    expect(faultsOfAction(action(commands, rollback), readings).join('\n')).toMatch(why);
  });

  test.each([
    ['an attribute', [idle(60)], [idle(50)]],
    [
      'a log group of its own',
      [
        `aws logs create-log-group --log-group-name ${OWN_GROUP}`,
        `aws logs put-retention-policy --log-group-name ${OWN_GROUP} --retention-in-days 7`,
      ],
      [`aws logs delete-log-group --log-group-name ${OWN_GROUP}`],
    ],
    ['nothing', ['curl -s http://10.0.0.7/'], []],
  ])('that changes %s and brings it back is taken', async (_, commands, rollback) => {
    const readings = await read([...commands, ...rollback]);
    expect(faultsOfAction(action(commands, rollback), readings)).toEqual([]);
  });

  test('that fails, changes nothing, or leaves something behind is noticed in moto', async () => {
    const account = await Account.make(moto);
    const cases = [
      {
        ...action([idle(50)], [idle(61)]),
        expected: /not brought back: .*idle_timeout.timeout_seconds = 60; .*= 61/,
      },
      { ...action([idle(60)], [idle(60)]), expected: /the commands change nothing/ },
      { ...action([idle(50).replace('/shop/', '/other/')], [idle(60)]), expected: /LoadBalancerNotFound/ },
      { ...action([idle(50)], [idle(60)]), expected: /^$/ },
    ];
    for (const { expected, ...one } of cases) {
      const readings = await read([...one.commands, ...one.rollback]);
      const follower = new Follower(moto, account, readings, folder);
      const faults = await follower.faultsOf({ where: 'a test', bundle: bundleWith(), action: one }, 1);
      expect(faults.join('\n')).toMatch(expected);
    }
  });
});
