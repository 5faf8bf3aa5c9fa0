import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailingRequest } from '../../lambda/model/access-log-summary.ts';
import type { ResponseFact } from '../../lambda/model/evidence.ts';
import { answersInForce } from '../../lambda/probe/answers-in-force.ts';
import { type AskPorts, askFailingPaths } from '../../lambda/probe/ask-failing-paths.ts';
import { type Endpoint, endpointName } from '../../lambda/probe/endpoint.ts';
import type { RegisteredTarget } from '../../lambda/probe/registered-target.ts';
import { DEFAULT_SKIP_WORDS } from '../../lambda/probe/skip-paths.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import { failingRequestAt } from '../alert/failing-request.ts';
import { minute, SHOP, WEB } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { accessLog, bundleWith } from '../diagnose/bundle.ts';
import { monitorUnderTest } from '../flow/monitor-under-test.ts';
import { arnOf, incidentOf, recordAt } from '../store/entries.ts';
import { OK, rawTarget } from './raw-target.ts';

const AT = minute(190);
const LARGE = `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`;

const registered = (endpoint: Endpoint, loadBalancerArn = SHOP, targetGroupArn = WEB): RegisteredTarget => ({
  ...{ loadBalancerArn, targetGroupArn, endpoint, idleTimeoutSeconds: 60, skipPaths: [] },
});
const failedOn = (endpoint: Endpoint, path: string, second = 10_500): FailingRequest => ({
  ...failingRequestAt(second),
  url: `https://shop.example.com:443${path}`,
  target: endpointName(endpoint),
});
const portsOf = (store: AskPorts['store'], remainingMs = 600_000): AskPorts => ({
  ...{ store, now: () => AT, remainingMs: () => remainingMs, skipWords: DEFAULT_SKIP_WORDS },
});

/** A monitor whose access log names failed requests. */
function monitorOf(...requests: readonly FailingRequest[]) {
  const log = accessLog()(bundleWith()).accessLog;
  if (log === null) throw new Error('no log');
  return monitorUnderTest({
    accessLog: () => ({ ...log, elb502: requests.length, failingRequests: [...requests] }),
  });
}
const look = (monitor: ReturnType<typeof monitorUnderTest>, at: number) =>
  monitor.investigateAt(at, shopBundle({ at, failing: FAILING }));

describe('asking for paths that failed', () => {
  test('repeats the request of an open incident without cookies, query or body, and keeps the answer', async () => {
    const heads: string[] = [];
    const respond = (_: number, head: string) => {
      heads.push(head);
      return head.startsWith('GET /report ') ? LARGE : OK;
    };
    await using target = await rawTarget({ respond });
    const { endpoint } = target;
    const monitor = monitorOf(failedOn(endpoint, '/report?user=7'), failedOn(endpoint, '/order', 10_501), {
      ...failedOn(endpoint, '/pay', 10_502),
      method: 'POST',
    });
    await look(monitor, 180);
    const report = await askFailingPaths([registered(endpoint)], 0, portsOf(monitor.store));
    expect(report).toEqual({ asked: 2, facts: 2, unanswered: [], skipped: [] });
    const about = { targetGroupArn: WEB, target: endpointName(endpoint), at: AT };
    const { responseFacts } = await monitor.store.load(SHOP);
    expect(responseFacts).toEqual([
      { ...about, path: '/report', fault: 'response-header-too-large', detail: expect.any(String) },
      { ...about, path: '/order', fault: null, detail: 'status 200' },
    ]);
    expect(heads.map((head) => head.split('\r\n')[0])).toEqual([
      'GET /report HTTP/1.1',
      'GET /order HTTP/1.1',
    ]);
    expect(heads.join('')).not.toMatch(/^(cookie|authorization|content-length|transfer-encoding):/im);
  });

  test('asks for what the target got where a rule rewrote it: its path and its Host', async () => {
    const heads: string[] = [];
    const respond = (_: number, head: string) => {
      heads.push(head);
      return OK;
    };
    await using target = await rawTarget({ respond });
    const { endpoint } = target;
    const monitor = monitorOf(
      { ...failedOn(endpoint, '/report'), rewrittenUrl: 'https://api.internal:443/internal/report' },
      { ...failedOn(endpoint, '/cart', 10_501), rewrittenUrl: 'https://shop.example.com:443/basket' },
    );
    await look(monitor, 180);
    await askFailingPaths([registered(endpoint)], 0, portsOf(monitor.store));
    expect(heads.map((head) => head.split('\r\n').slice(0, 2))).toEqual([
      ['GET /internal/report HTTP/1.1', 'Host: api.internal'],
      ['GET /basket HTTP/1.1', `Host: ${endpointName(endpoint)}`],
    ]);
  });

  test('leaves out what a tag forbids or what looks as if it changed something, and says so', async () => {
    await using target = await rawTarget({});
    const { endpoint } = target;
    const paths = ['/report', '/admin/users', '/cart/removeItem'];
    const monitor = monitorOf(...paths.map((path, index) => failedOn(endpoint, path, 10_500 + index)));
    await look(monitor, 180);
    const tagged = { ...registered(endpoint), skipPaths: ['/admin'] };
    const report = await askFailingPaths([tagged], 0, portsOf(monitor.store));
    expect(report).toMatchObject({ asked: 1, facts: 1 });
    expect(report.skipped).toEqual([
      { targetGroupArn: WEB, path: '/admin/users', reason: 'the tag alb502:probe-skip-paths names /admin' },
      {
        targetGroupArn: WEB,
        path: '/cart/removeItem',
        reason: 'its name says that it may change something: remove',
      },
    ]);
    expect((await monitor.store.load(SHOP)).responseFacts).toMatchObject([{ path: '/report' }]);
    const unread = { ...registered(endpoint), skipPaths: null };
    expect(await askFailingPaths([unread], 0, portsOf(monitor.store))).toMatchObject({ asked: 0 });
    expect(target.requests()).toBe(1);
  });

  test('connects to registered targets of that load balancer only', async () => {
    await using stranger = await rawTarget({});
    await using foreign = await rawTarget({});
    await using own = await rawTarget({});
    const monitor = monitorOf(
      failedOn(stranger.endpoint, '/a'),
      failedOn(foreign.endpoint, '/a'),
      failedOn(own.endpoint, '/a'),
    );
    await look(monitor, 180);
    const targets = [registered(foreign.endpoint, arnOf('other')), registered(own.endpoint)];
    expect(await askFailingPaths(targets, 0, portsOf(monitor.store))).toMatchObject({ asked: 1 });
    expect([stranger.requests(), foreign.requests(), own.requests()]).toEqual([0, 0, 1]);
  });

  test('ends with the incident', async () => {
    await using target = await rawTarget({});
    const monitor = monitorOf(failedOn(target.endpoint, '/report'));
    const ask = () => askFailingPaths([registered(target.endpoint)], 0, portsOf(monitor.store));
    expect(await ask()).toMatchObject({ asked: 0 });
    await look(monitor, 176);
    expect(await ask()).toMatchObject({ asked: 1 });
    for (let at = 178; at < 230; at += 2) await look(monitor, at);
    expect((await monitor.store.incidents())[0]?.resolvedAt).not.toBeNull();
    expect(await ask()).toEqual({ asked: 0, facts: 0, unanswered: [], skipped: [] });
    expect(target.requests()).toBe(1);
  });

  test('has no turn for a record that is over, even if the list of open ones still names it', async () => {
    await using target = await rawTarget({});
    const store = memoryStore();
    const { incident } = recordAt(10);
    if (incident === null) throw new Error('no incident');
    const failingRequests = { requests: [failedOn(target.endpoint, '/report')], atLeast: 1 };
    await store.record(recordAt(10, { incident: { ...incident, failingRequests, resolvedAt: minute(11) } }));
    expect(await store.active()).toHaveLength(1);
    expect(await askFailingPaths([registered(target.endpoint)], 0, portsOf(store))).toMatchObject({
      asked: 0,
    });
    expect(target.requests()).toBe(0);
  });

  test('says that a target refuses, which is an answer', async () => {
    const target = await rawTarget({});
    await target[Symbol.asyncDispose]();
    const monitor = monitorOf(failedOn(target.endpoint, '/report'));
    await look(monitor, 180);
    await askFailingPaths([registered(target.endpoint)], 0, portsOf(monitor.store));
    expect((await monitor.store.load(SHOP)).responseFacts).toMatchObject([{ fault: 'refused' }]);
  });

  test('is bounded, in all and for one load balancer, and the next run begins with others', async () => {
    await using one = await rawTarget({});
    await using two = await rawTarget({});
    await using three = await rawTarget({});
    const endpoints = [one, two, three].map(({ endpoint }) => endpoint);
    const arns = Array.from({ length: 6 }, (_, index) => arnOf(`shop-${index}`));
    const targets = arns.flatMap((arn) =>
      endpoints.map((endpoint, index) => registered(endpoint, arn, `${WEB}${index}`)),
    );
    const requests = endpoints.flatMap((endpoint) =>
      ['/a', '/b', '/c', '/d'].map((path) => failedOn(endpoint, path)),
    );
    const saved: string[] = [];
    const memory = await memoryStore().load(SHOP);
    const store: AskPorts['store'] = {
      active: async () =>
        arns.map((loadBalancerArn) => ({ loadBalancerArn, region: 'eu-central-1', nextLookAt: AT })),
      load: async (arn) => ({
        ...memory,
        incident: { ...incidentOf(arn, arn, AT), failingRequests: { requests, atLeast: 12 } },
      }),
      saveResponseFact: async (arn) => void saved.push(arn),
    };
    expect(await askFailingPaths(targets, 0, portsOf(store))).toMatchObject({ asked: 20, facts: 20 });
    expect(one.requests() + two.requests() + three.requests()).toBe(20);
    for (const arn of new Set(saved))
      expect(saved.filter((other) => other === arn).length).toBeLessThanOrEqual(6);
    const first = [...new Set(saved.splice(0))];
    await askFailingPaths(targets, 1, portsOf(store));
    expect(new Set([...first, ...saved])).toEqual(new Set(arns));
  });

  test('connects to nothing where the time of its run is nearly over', async () => {
    await using target = await rawTarget({});
    const monitor = monitorOf(failedOn(target.endpoint, '/report'));
    await look(monitor, 180);
    const ports = portsOf(monitor.store, 24_000);
    expect(await askFailingPaths([registered(target.endpoint)], 0, ports)).toMatchObject({ asked: 0 });
    expect(target.requests()).toBe(0);
  });
});

describe('an answer', () => {
  const answers = fc.array(fc.integer({ min: -3_000, max: 3_000 }), { maxLength: 8 }).map((times) =>
    times.map(
      (at): ResponseFact => ({
        ...{ targetGroupArn: WEB, target: '10.0.0.7:8080', path: '/a', fault: null, detail: 'status 200' },
        at: minute(at),
      }),
    ),
  );

  test('counts for a day, in the incident it was given in', () => {
    fc.assert(
      fc.property(answers, fc.nat(3_000), fc.nat(3_000), (all, opened, lookedAt) => {
        const kept = answersInForce(all, minute(opened), minute(lookedAt));
        for (const answer of all) {
          const counts = answer.at >= minute(opened) && answer.at >= minute(lookedAt - 24 * 60);
          expect(kept.includes(answer)).toBe(counts);
        }
      }),
    );
  });

  test('counts for nothing where no incident is open', () => {
    fc.assert(
      fc.property(answers, (all) => {
        expect(answersInForce(all, null, AT)).toEqual([]);
      }),
    );
  });
});
