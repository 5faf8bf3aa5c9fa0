import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { keepAliveDisagreements, keepAliveFactsOf } from '../../lambda/diagnose/keep-alive/keep-alive.ts';
import type { Container } from '../../lambda/model/workload.ts';
import { container, service } from '../advice/workload/services.ts';
import { bundleWith, declared, type Edit, failures, steady } from './bundle.ts';

/** Behind every target group runs one container. */
const running =
  (patch: Partial<Container>): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((group) => ({
      ...group,
      workload: { ecsService: service(container(patch)) },
    })),
  });

const idleTimeout =
  (seconds: number): Edit =>
  (bundle) => ({
    ...bundle,
    loadBalancer: {
      ...bundle.loadBalancer,
      attributes: { ...bundle.loadBalancer.attributes, 'idle_timeout.timeout_seconds': `${seconds}` },
    },
  });

const serverTag =
  (server: string): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((group) => ({
      ...group,
      tags: { ...group.tags, 'alb502:server': server },
    })),
  });

const factsOf = (...edits: readonly Edit[]) => {
  const bundle = bundleWith(...edits);
  const [group] = bundle.targetGroups;
  return group ? keepAliveFactsOf(bundle, group) : [];
};

const NGINX = running({ image: 'nginx:1.27' });
const SHORT = running({ command: ['gunicorn', 'app:app', '-k', 'gthread', '--keep-alive', '5'] });

describe('without a 502', () => {
  test("a server's default from its image is there to be checked: info", () => {
    const diagnosis = diagnose(bundleWith(NGINX, idleTimeout(120)));
    expect(diagnosis.severity).toBe('info');
    expect(diagnosis.mismatches).toEqual([
      expect.objectContaining({
        keepAliveSeconds: 75,
        idleTimeoutSeconds: 120,
        source: 'server-default',
        assumed: true,
        detail: expect.stringMatching(
          /^default of nginx 1\.27, named by the image of task definition shop:42: nginx:1\.27; .* may set another$/,
        ),
      }),
    ]);
    expect(diagnosis.actions[0]?.title).toMatch(/^Measure how long the targets/);
    expect(diagnosis.actions[1]?.title).toContain('(nginx/1.27)');
  });

  test('a flag of the command is a warning that quotes it', () => {
    const diagnosis = diagnose(bundleWith(SHORT));
    expect(diagnosis.severity).toBe('warning');
    const [mismatch] = diagnosis.mismatches;
    expect(mismatch).toMatchObject({
      keepAliveSeconds: 5,
      source: 'configuration',
      detail: 'command of task definition shop:42: gunicorn app:app -k gthread --keep-alive 5',
    });
    expect(mismatch?.assumed).toBeUndefined();
    expect(diagnosis.actions[0]?.why).toContain(`The 5 s: ${mismatch?.detail}. `);
  });

  test.each<[string, Edit, string]>([
    ['a default that is long enough', NGINX, 'none'],
    ['a default by a thin margin', (bundle) => NGINX(idleTimeout(70)(bundle)), 'none'],
    ['a server that closes after each response', running({ command: ['gunicorn', 'app:app'] }), 'none'],
    ['a default that is shorter', running({ image: 'node:20', command: ['node', 'a.js'] }), 'info'],
    ['a server that the tag names', serverTag('node'), 'warning'],
    [
      'a time that cannot be read',
      running({ command: ['uvicorn', 'a:b', '--timeout-keep-alive', '$T'] }),
      'none',
    ],
    ['a command that names no server', running({ command: ['./shop'] }), 'none'],
  ])('%s', (_, edit, severity) => {
    expect(diagnose(bundleWith(edit)).severity).toBe(severity);
  });

  test('an agent before the targets makes the container none of our business', () => {
    const agent: Edit = (bundle) => ({
      ...bundle,
      targetGroups: bundle.targetGroups.map((group) => ({ ...group, targetControlPort: 3000 })),
    });
    expect(factsOf(SHORT, agent)).toEqual([]);
  });
});

describe('the order of sources', () => {
  test('what the workload sets goes before a tag, and both are told where they differ', () => {
    expect(factsOf(SHORT, declared(75)).map(({ source }) => source)).toEqual(['configuration', 'tag']);
    const bundle = bundleWith(SHORT, declared(75));
    expect(keepAliveDisagreements(bundle)[0]).toMatchObject({
      better: { source: 'configuration', seconds: 5 },
      worse: { source: 'tag', seconds: 75 },
    });
  });

  test('a tag names the server before the workload does, and the workload before an answer', () => {
    const asked: Edit = (bundle) => ({
      ...bundle,
      targetGroups: bundle.targetGroups.map((group) => ({
        ...group,
        serverHeader: { value: 'Apache/2.4', detail: 'the header "Server: Apache/2.4"' },
      })),
    });
    const details = (...edits: readonly Edit[]) => factsOf(...edits).map(({ detail }) => detail);
    expect(details(NGINX, serverTag('puma/6'), asked)).toEqual([expect.stringContaining('default of Puma')]);
    expect(details(NGINX, asked)).toEqual([expect.stringContaining('default of nginx')]);
    expect(details(asked)).toEqual(['default of Apache httpd 2.4, named by the header "Server: Apache/2.4"']);
    expect(diagnose(bundleWith(asked)).severity).toBe('info');
  });
});

test('with 502s, a keep-alive in the configuration is evidence, and the advice is for its server', () => {
  const diagnosis = diagnose(bundleWith(SHORT, failures(steady(1))));
  const [leader] = diagnosis.hypotheses;
  expect(leader?.cause).toBe('keepalive-mismatch');
  expect(leader?.evidence.map(({ source }) => source)).toContain(
    'command of task definition shop:42: gunicorn app:app -k gthread --keep-alive 5',
  );
  expect(diagnosis.actions.map(({ title }) => title).join('\n')).toContain('(gunicorn)');
});
