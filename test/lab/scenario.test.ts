import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { accessLogOf, bundleOf } from '../../lab/embedded/evidence.ts';
import type { CompletedRequest } from '../../lab/load-balancer/completed-request.ts';
import type { Scenario } from '../../lab/scenario.ts';
import {
  blockedPath,
  healthySelfSignedCertificate,
  healthyTargetErrors,
} from '../../lab/scenarios/healthy.ts';
import { keepAliveMismatch } from '../../lab/scenarios/keepalive-mismatch.ts';
import { protocolMismatch } from '../../lab/scenarios/protocol-mismatch.ts';
import { tlsFailure } from '../../lab/scenarios/tls-failure.ts';
import { tlsVersion } from '../../lab/scenarios/tls-version.ts';
import { SCENARIOS, scenarioNamed } from '../../lab/scenarios.ts';
import { openStage } from '../../lab/stage.ts';
import { runTour } from '../../lab/tour.ts';
import { evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { until } from './stand-in.ts';

const SEED = 7;
/** Fast, but with more than half a second for a connection to a target, which a busy machine needs. */
const fast = (scenario: Scenario): Scenario => ({ ...scenario, scale: 15 });

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });

test('scenarios have names of their own, and an unknown name is answered with those there are', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(scenarioNamed('keepalive-mismatch')).toBe(keepAliveMismatch);
  expect(() => scenarioNamed('nonsense')).toThrow(InputError);
  expect(() => scenarioNamed('nonsense')).toThrow(/"nonsense".*keepalive-mismatch/);
});

test('a scenario whose server is not installed says which package it needs', async () => {
  const needs = { program: 'alb502-no-such-server', debianPackage: 'no-such-package' };
  const opening = openStage({ ...tlsFailure, needs }, { seed: SEED, onCompleted: () => {} });
  await expect(opening).rejects.toThrow(InputError);
  await expect(opening).rejects.toThrow(
    /alb502-no-such-server is not installed.*apt-get install no-such-package/,
  );
});

test('a Node server and ordinary traffic make real 502s, at the time at which the server closes', async () => {
  const failed: CompletedRequest[] = [];
  const stage = await openStage(keepAliveMismatch, {
    seed: SEED,
    onCompleted: (request) => {
      if (request.elbStatus === 502) failed.push(request);
    },
  });
  onTestFinished(() => stage.close());
  stage.begin();
  await until(() => failed.length >= 5);
  expect(new Set(failed.map(({ truth }) => truth.fault))).toEqual(new Set(['closed-before-response']));
  const gaps = failed.map(({ truth }) => truth.idleGapSeconds ?? 0).toSorted((a, b) => a - b);
  // A busy machine can make single gaps look longer, not the median: the servers close after 6 lab seconds.
  expect(gaps[Math.floor(gaps.length / 2)]).toBeGreaterThan(5.5);
  expect(gaps[Math.floor(gaps.length / 2)]).toBeLessThan(7);
  const now = stage.clock.now();
  const window = {
    start: new Date(now - 3_600_000).toISOString(),
    end: new Date(now + 60_000).toISOString(),
  };
  const bundle = bundleOf(stage.loadBalancer, window, { baseline: null, keepAliveFacts: [] });
  const accessLog = accessLogOf(stage.loadBalancer, window);
  expect(evidenceBundleSchema.parse({ ...bundle, accessLog })).toEqual({ ...bundle, accessLog });
  expect(bundle.changes).toEqual([]);
  expect(accessLog?.elb502).toBeGreaterThanOrEqual(5);
});

test('the tour of a failure ends in its verdict and closes everything', async () => {
  const told: string[] = [];
  const report = await runTour(fast(tlsFailure), {
    seed: SEED,
    signal: new AbortController().signal,
    page: false,
    timeline: false,
    full: false,
    stay: false,
    say: ({ head, text }) => void told.push(`${head} ${text}`),
  });
  expect(report).toMatchObject({ verdict: 'tls-failure', truth: 'tls-failure', asTold: true, because: [] });
  expect(report.failures.length).toBeGreaterThan(0);
  expect(report.alerts.map(({ event }) => event)).toEqual(['firing']);
  expect(told.join('\n')).toMatch(/(?:CRITICAL )?502s .* on /);
  for (const failed of report.failures) expect(failed.traceId).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test('a control raises no alert, although its target answers 502 itself', async () => {
  const report = await runTour(fast(healthyTargetErrors), {
    seed: SEED,
    signal: new AbortController().signal,
    page: false,
    timeline: false,
    full: false,
    stay: false,
    say: () => {},
  });
  expect(report).toMatchObject({ verdict: null, asTold: true, alerts: [], failures: [] });
  expect(report.requests).toBeGreaterThan(0);
});

test.each([
  { scenario: blockedPath, status: 504, fault: 'connect-timeout' },
  { scenario: tlsVersion, status: 502, fault: 'tls-error' },
  { scenario: protocolMismatch, status: 502, fault: null },
  { scenario: healthySelfSignedCertificate, status: 200, fault: null },
])('$scenario.name answers $status, and its servers end with the stage', async (expected) => {
  const seen: CompletedRequest[] = [];
  const pids: number[] = [];
  const scenario: Scenario = {
    ...fast(expected.scenario),
    setUp: (stage) =>
      expected.scenario.setUp({
        ...stage,
        startServer: async (module, settings) => {
          const server = await stage.startServer(module, settings);
          pids.push(server.pid);
          return server;
        },
      }),
  };
  const stage = await openStage(scenario, { seed: SEED, onCompleted: (request) => void seen.push(request) });
  onTestFinished(() => stage.close());
  stage.begin();
  await until(() => seen.length >= 3);
  await stage.close();
  const first = seen.slice(0, 3);
  expect(first.map(({ elbStatus }) => elbStatus)).toEqual(first.map(() => expected.status));
  if (expected.fault)
    expect(new Set(first.map(({ truth }) => truth.fault))).toEqual(new Set([expected.fault]));
  expect(pids).toHaveLength(1);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

test('a tour that is interrupted leaves no port open', async () => {
  const ending = new AbortController();
  const ports: number[] = [];
  const scenario: Scenario = {
    ...tlsFailure,
    setUp: (stage) =>
      tlsFailure.setUp({
        ...stage,
        startServer: async (module, settings) => {
          const server = await stage.startServer(module, settings);
          ports.push(server.port);
          return server;
        },
      }),
  };
  const tour = runTour(scenario, {
    seed: SEED,
    signal: ending.signal,
    page: false,
    timeline: false,
    full: false,
    stay: false,
    say: ({ head }) => {
      if (head === '502') ending.abort();
    },
  });
  await expect(tour).rejects.toMatchObject({ name: 'AbortError' });
  expect(ports).toHaveLength(1);
  for (const port of ports) expect(await isOpen(port)).toBe(false);
});
