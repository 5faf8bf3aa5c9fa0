import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_METRICS } from '../../lambda/env.ts';
import { type Alert, alertSchema } from '../../lambda/model/alert.ts';
import { type Moto, startMoto } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { dimensionOf } from '../observe/observed-aws.ts';
import { buildLoggedFleet, LOG_GROUP } from '../permissions/logged-fleet.ts';
import { type Deployment, deployToMoto } from './deploy.ts';
import { type EmbeddedMetric, embeddedMetrics } from './embedded-metrics.ts';

const EVERY_MINUTE = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const MINUTE_MS = 60_000;
const START = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 12 * MINUTE_MS);

/** Three minutes with 502s, four of them in all; the tags of the load balancer differ. */
const TAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  patient: { 'alb502:minimum-502-count': '1000' },
  careless: { 'alb502:minimum-502-count': 'a thousand' },
};

describe('what a team says by tags, heard by the deployed monitor', () => {
  let moto: Moto;
  let deployment: Deployment;
  let metrics: readonly EmbeddedMetric[];
  let waitsOnTheBus: boolean;
  const alerts = new Map<string, { readonly alert: Alert; readonly raw: string }>();

  beforeAll(async () => {
    moto = await startMoto();
    await buildLoggedFleet(moto);
    const fleet = await motoFleet(moto);
    for (const [name, tags] of Object.entries(TAGS)) {
      const arn = await fleet.loadBalancer({ name, tags });
      const group = await fleet.targetGroup({ name: `${name}-group`, targets: ['10.0.0.11'] });
      await fleet.listener(arn, 80, forwardTo(group));
      const dimensions = { LoadBalancer: dimensionOf(arn) };
      await fleet.metric('RequestCount', dimensions, START, [500, 500, 500, 500]);
      await fleet.metric('HTTPCode_ELB_502_Count', dimensions, START, [2, null, 1, 1]);
    }
    deployment = await deployToMoto(moto, {
      backendLogGroups: [`arn:aws:logs:eu-central-1:123456789012:log-group:${LOG_GROUP}`],
    });
    const invocations = [await deployment.invokeDeployed('screen', EVERY_MINUTE)];
    for (let batch = 0; batch < 5; batch++) {
      const done = await deployment.runInvestigations();
      if (done === null) break;
      invocations.push(done.invocation);
    }
    invocations.push(await deployment.invokeDeployed('screen', EVERY_MINUTE));
    for (const { error, logs } of invocations) expect(error, logs).toBeNull();
    waitsOnTheBus = /"oldestWaitingAt":"\d/.test(invocations.at(-1)?.logs ?? '');
    metrics = invocations.flatMap(({ logs }) => embeddedMetrics(logs));
    for (const { message } of await deployment.receiveAlerts()) {
      const alert = alertSchema.parse(JSON.parse(message));
      alerts.set(alert.diagnosis.loadBalancerArn.split('/')[2] ?? '', { alert, raw: message });
    }
  }, 300_000);
  afterAll(async () => {
    deployment?.remove();
    await moto?.stop();
  });

  test('a threshold by tag keeps small trouble quiet', () => {
    expect([...alerts.keys()].sort()).toEqual(['careless', 'logged', 'other']);
  });

  test('a tag that cannot be used changes nothing, and the alert names it', () => {
    const titles = alerts.get('careless')?.alert.diagnosis.actions.map(({ title }) => title);
    expect(titles).toContain(
      'Correct the tag alb502:minimum-502-count: "a thousand" is not a whole number from 1, for instance 10',
    );
  });

  test('where the targets log is read around the 502s, and quoted redacted', () => {
    const { alert, raw } = alerts.get('logged') ?? {};
    const facts = alert?.diagnosis.hypotheses.flatMap(({ evidence }) => evidence.map(({ fact }) => fact));
    expect(facts?.filter((fact) => fact.includes('"GET /?*** ECONNRESET"'))).not.toEqual([]);
    expect(raw).not.toContain('s3cr3t');
  });

  test('where nobody said where the targets log, the alert asks for it', () => {
    const missing = alerts.get('careless')?.alert.diagnosis.missingEvidence.map(({ what }) => what);
    expect(missing).toContain('the log of the targets of careless-group around the 502s');
  });

  test('the functions count what they did, under the names that the alarms know', () => {
    const valuesOf = (name: string) =>
      metrics.filter((metric) => metric.name === name).map(({ value }) => value);
    // Four load balancers have 502s; the quiet one is pending.
    expect(valuesOf(OWN_METRICS.openAlerts)).toEqual([0, 3]);
    const [first = -1, second = -1] = valuesOf(OWN_METRICS.oldestUndelivered);
    expect(first).toBe(0);
    // moto's event bus takes nothing while a rule has a schedule; what the log says waits is what is counted.
    expect(second > 0).toBe(waitsOnTheBus);
    expect(valuesOf(OWN_METRICS.failedReads).length).toBeGreaterThan(0);
    expect(new Set(metrics.map(({ dimensions }) => JSON.stringify(dimensions)))).toEqual(
      new Set(
        ['screen', 'investigate'].map((name) =>
          JSON.stringify({ service: `alb502-${name}`, Monitor: deployment.outputs.StateTableName }),
        ),
      ),
    );
  });
});
