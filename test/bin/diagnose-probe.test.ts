import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { withProbeResults } from '../../lambda/probe/probe-evidence.ts';
import { type SavedProbeResult, savedProbeResultSchema } from '../../lambda/probe/saved-result.ts';
import {
  accessLog,
  bundleWith,
  declared,
  everyNth,
  explained,
  explanation,
  failures,
  loggedGroup,
} from '../diagnose/bundle.ts';
import { rawTarget } from '../probe/raw-target.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LARGE = `HTTP/1.1 200 OK\r\nSet-Cookie: a=${'b'.repeat(40_000)}\r\nContent-Length: 0\r\n\r\n`;
const report = z.object({ diagnoses: z.array(z.object({ verdict: z.string() })) });

/** A path that fails for everyone, which is either of two causes, and a target at a port of this machine. */
function bundleOf(targetPort: number) {
  const bundle = bundleWith(
    declared(75),
    failures(everyNth(3, 2)),
    accessLog(
      loggedGroup(120, {
        signatures: { closedOnReuse: 20, midRequest: 10, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
      }),
    ),
    explained(explanation('path', 110, 0.92)),
  );
  const [group] = bundle.targetGroups;
  const [target] = group?.targets ?? [];
  if (!group || !target) throw new Error('the bundle has no target');
  const registered = { ...group, targets: [{ ...target, id: '127.0.0.1', port: targetPort }] };
  return { ...bundle, targetGroups: [registered] };
}

function saved(name: string, value: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

describe('alb502 diagnose --probe', () => {
  test('takes what alb502 probe printed of a path that failed, and names the results it has no use for', async () => {
    await using target = await rawTarget({ respond: () => LARGE });
    const { port } = target.endpoint;
    const probed = await alb502(['probe', '--json', `http://127.0.0.1:${port}/login?user=7`], {});
    expect(probed.code).toBe(1);
    const results = z.array(savedProbeResultSchema).parse(JSON.parse(probed.stdout));
    expect(results).toMatchObject([{ path: '/login', errorCode: 'response-header-too-large' }]);
    const bundle = saved('bundle.json', bundleOf(port));
    const other = results.map((result) => ({ ...result, target: '10.9.9.9:1' }));
    const probe = saved('probe.json', [...results, ...other]);
    const verdictOf = (stdout: string) => report.parse(JSON.parse(stdout)).diagnoses[0]?.verdict;
    const without = await alb502(['diagnose', '--json', bundle], {});
    expect(verdictOf(without.stdout)).not.toBe('response-header-too-large');
    const given = await alb502(['diagnose', '--json', bundle, '--probe', probe], {});
    expect(verdictOf(given.stdout)).toBe('response-header-too-large');
    expect(given.stderr).toContain('10.9.9.9:1 is no registered target of these bundles');
    expect(given.stderr).not.toContain('127.0.0.1');
  });

  test('takes a limit of requests that alb502 probe counted', async () => {
    await using target = await rawTarget({ closeAfterRequests: 17 });
    const { port } = target.endpoint;
    const url = `http://127.0.0.1:${port}/`;
    const probed = await alb502(['probe', '--json', '--idle-timeout', '1', url], {});
    const results = z.array(savedProbeResultSchema).parse(JSON.parse(probed.stdout));
    expect(results).toMatchObject([{ requestsPerConnection: { limit: 17, announced: false } }]);
    const { bundle } = withProbeResults(bundleOf(port), results);
    expect(bundle.keepAliveFacts).toMatchObject([
      { source: 'probe', requestsPerConnection: { served: 17, end: 'unannounced' } },
    ]);
    const enriched = await alb502(['diagnose', '--json', saved('limited.json', bundle)], {});
    expect(enriched.stdout).toContain('end a connection after 17 requests');
  });
});

describe('where a result belongs', () => {
  const at = '2026-11-20T12:00:00.000Z';
  const result = (target: string): SavedProbeResult => ({
    version: 1,
    at,
    target,
    path: '/',
    method: 'GET',
    server: 'nginx',
    declaredKeepAliveSeconds: 75,
    statusCode: 200,
    idleClose: {
      seconds: 5,
      by: 'fin',
      trials: [5, 5.01],
      confirmation: { answeredAfterSeconds: 4.95, deadAfterSeconds: 5.05 },
    },
    verdict: { reason: 'closes-first' },
  });
  const instances = (bundle: ReturnType<typeof bundleOf>) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((group) => ({
      ...group,
      targetType: 'instance',
      targets: group.targets.map((target) => ({ ...target, id: 'i-0123456789abcdef0' })),
    })),
  });

  test('by its address, with what was measured and what was declared', () => {
    const bundle = bundleOf(8080);
    const { bundle: enriched, used } = withProbeResults(bundle, [
      result('127.0.0.1:8080'),
      result('127.0.0.1:8081'),
    ]);
    expect(used).toHaveLength(1);
    expect(enriched.keepAliveFacts.slice(bundle.keepAliveFacts.length)).toMatchObject([
      { source: 'probe', seconds: 5, target: '127.0.0.1:8080', at },
      { source: 'header', seconds: 75 },
    ]);
    expect(enriched.responseFacts).toMatchObject([{ fault: null, path: '/' }]);
  });

  test('an answer to HEAD tells of the keep-alive, and nothing of what GET is answered', () => {
    const bundle = bundleOf(8080);
    const asked = [{ ...result('127.0.0.1:8080'), method: 'HEAD' as const }];
    const { bundle: enriched } = withProbeResults(bundle, asked);
    expect(enriched.keepAliveFacts.length).toBeGreaterThan(bundle.keepAliveFacts.length);
    expect(enriched.responseFacts).toEqual([]);
  });

  test('an instance is registered by its id: by the port, where that leaves one group', () => {
    const bundle = instances(bundleOf(8080));
    expect(withProbeResults(bundle, [result('10.0.0.7:8080')]).used).toHaveLength(1);
    expect(withProbeResults(bundle, [result('10.0.0.7:9090')]).used).toHaveLength(0);
    const two = { ...bundle, targetGroups: [...bundle.targetGroups, ...bundle.targetGroups] };
    expect(withProbeResults(two, [result('10.0.0.7:8080')]).used).toHaveLength(0);
  });
});
