import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { alb502 } from '../bin/cli.ts';
import { type Moto, startMoto } from '../moto.ts';
import { recordAt } from '../store/entries.ts';
import { createStateTable } from '../store/table.ts';
import { type Authorization, authorizationsOf } from './authorization.ts';
import {
  buildDeliveredLoadBalancer,
  buildLoggedFleet,
  DELIVERED_LOG_GROUP,
  LOG_BUCKET,
  LOG_GROUP,
} from './logged-fleet.ts';
import { grantsOf, isAllowed, only, type Policy, policySchema } from './policy.ts';

/** Whoever has credentials may ask who he is. */
const ALWAYS_ALLOWED = 'sts:GetCallerIdentity';

/** As CloudFormation names the table of a stack. */
const TABLE = 'Alb502-MonitorStateD3841283-TZ5Y9EIOWVP0';
const INCIDENT = recordAt(1).incident?.id ?? '';

/** A policy of the documents, and the commands that are said to need it. */
interface Needs {
  readonly policy: string;
  readonly commands: readonly (readonly string[])[];
  /** The policy that they need beside it. */
  readonly beside?: string;
  /** What its placeholder stands for; by default the log group of the targets. */
  readonly logGroup?: string;
}

/** The scan's own has a test of its own. */
const NEEDS: readonly Needs[] = [
  { policy: 'iam-logs.json', commands: [['logs', `s3://${LOG_BUCKET}`, '--json']] },
  {
    policy: 'iam-logs-cloudwatch.json',
    commands: [['logs', `cloudwatch://${DELIVERED_LOG_GROUP}`, '--json']],
    logGroup: DELIVERED_LOG_GROUP,
  },
  {
    policy: 'iam-scan-access-logs.json',
    commands: [['scan', '--access-logs', '--json']],
    beside: 'iam-scan.json',
    logGroup: DELIVERED_LOG_GROUP,
  },
  {
    policy: 'iam-scan-backend-logs.json',
    commands: [['scan', '--load-balancer', 'logged', '--backend-logs', '--json']],
    beside: 'iam-scan.json',
  },
  {
    policy: 'iam-monitor.json',
    commands: [
      ['incident', 'list'],
      ['incident', 'show', INCIDENT],
      ['incident', 'note', INCIDENT, 'the change was reverted', '--table', TABLE],
      ['incident', 'attach', INCIDENT, 'package.json', '--command', 'cat package.json'],
      ['silence', 'add', SHOP, '--for', '2h', '--reason', 'the database moves'],
      ['silence', 'query'],
      ['silence', 'expire', SHOP],
      ['baseline', 'show', SHOP],
    ],
  },
];

function policyNamed(file: string, logGroup = LOG_GROUP): Policy {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
  const named = text.replaceAll('BUCKET', LOG_BUCKET).replace('LOG_GROUP', logGroup).replace('TABLE', TABLE);
  return policySchema.parse(JSON.parse(named));
}

describe('a policy of the documents', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  let logged: string;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    logged = (await buildLoggedFleet(moto)).loadBalancerArn;
    await buildDeliveredLoadBalancer(moto);
    const newBaseline = { acceptedAt: minute(0), origin: 'learned', resources: {} } as const;
    await dynamoStore(await createStateTable(moto, TABLE), TABLE).record(recordAt(1, { newBaseline }));
  });
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });

  async function calledBy(commands: readonly (readonly string[])[]): Promise<Authorization[]> {
    proxy.reset();
    for (const command of commands) {
      const run = await alb502(command, { ...moto.environment, ...proxy.environment });
      expect(run.code, run.stderr).toBeLessThanOrEqual(1);
    }
    const called = proxy.calls.flatMap(authorizationsOf);
    return called.filter(({ action }) => action !== ALWAYS_ALLOWED);
  }

  test.each(NEEDS)('$policy allows what its commands call, and nothing else', async (needs) => {
    const { commands, beside } = needs;
    const policy = policyNamed(needs.policy, needs.logGroup);
    const all = beside === undefined ? [policy] : [policy, policyNamed(beside)];
    const called = await calledBy(commands);
    for (const call of called)
      expect(await isAllowed(all, call), `${call.action} on ${call.resource}`).toBe(true);
    for (const grant of grantsOf([policy])) {
      const same = called.filter(({ action }) => action === grant.action);
      const uses = await Promise.all(same.map((call) => isAllowed([only(grant)], call)));
      expect(uses, `${grant.action} on ${grant.resource}`).toContain(true);
    }
  });

  test('baseline accept reads as a scan does, writes one item, and needs no third policy', async () => {
    const called = await calledBy([['baseline', 'accept', logged]]);
    const [scan, monitor] = [policyNamed('iam-scan.json'), policyNamed('iam-monitor.json')];
    for (const call of called)
      expect(await isAllowed([scan, monitor], call), `${call.action} on ${call.resource}`).toBe(true);
    const ofMonitor = await Promise.all(called.map((call) => isAllowed([monitor], call)));
    const actions = called.filter((_, index) => ofMonitor[index]).map(({ action }) => action);
    expect([...new Set(actions)].sort()).toEqual([
      'dynamodb:ListTables',
      'dynamodb:PutItem',
      'dynamodb:Query',
    ]);
  });
});
