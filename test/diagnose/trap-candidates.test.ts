import { describe, expect, test } from 'vitest';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { trapCandidates } from '../../lambda/diagnose/remedies/trap-candidates.ts';
import type { FailingRequest } from '../../lambda/model/access-log-summary.ts';
import {
  accessLog,
  at,
  bundleWith,
  counts,
  type Edit,
  edits,
  everyNth,
  explained,
  explanation,
  failures,
  from,
  group,
  groupTag,
  loggedGroup,
} from './bundle.ts';
import { ecsService } from './workloads.ts';

const failing =
  (patch: Partial<FailingRequest>): Edit =>
  (bundle) => {
    const request: FailingRequest = {
      at: at(60),
      method: 'GET',
      url: 'https://shop.example/item/7',
      target: '10.0.1.10:8080',
      elbStatus: 502,
      targetStatus: null,
      requestSeconds: 0,
      targetSeconds: 0.001,
      responseSeconds: -1,
      traceId: null,
      ...patch,
    };
    const { accessLog: log } = accessLog(loggedGroup(20))(bundle);
    return { ...bundle, accessLog: log && { ...log, failingRequests: [request] } };
  };

const [web] = ecsService().containers;
const containers = (...images: readonly string[]): Edit =>
  group('web', {
    workload: {
      ecsService: ecsService({
        containers: images.flatMap((image) => (web ? [{ ...web, name: image, image }] : [])),
      }),
    },
  });
const timeouts = counts('HTTPCode_ELB_504_Count', everyNth(20, 1));

describe('whether an answer was dropped after the work', () => {
  const asked = (...edit: readonly Edit[]): boolean =>
    trapCandidates(bundleWith(failing({ targetSeconds: 4, traceId: '1-a-b' }), ...edit)).some(({ what }) =>
      /completed a failed request/.test(what),
    );

  test.each<readonly [name: string, Edit, boolean]>([
    ['nothing explains', edits(), true],
    ['keep to a path', explained(explanation('path', 20, 1)), true],
    ['ended with their target', explained(explanation('target-stop', 20, 1)), false],
    ['ended with their target for the lesser part', explained(explanation('target-stop', 8, 0.4)), true],
    ['met a limit of bodies', explained(explanation('request-body', 20, 1)), false],
  ])('is asked of failures that %s: %#', (_, edit, is) => {
    expect(asked(edit)).toBe(is);
  });
});

describe('what no cause stands for', () => {
  test.each<readonly [name: string, Edit, RegExp]>([
    [
      'a reload of nginx, named by the tag',
      groupTag('web', 'alb502:server', 'nginx/1.22'),
      /nginx was reloaded/,
    ],
    ['a reload of nginx, in a container', containers('nginx:1.27'), /nginx was reloaded/],
    ['a WebSocket', failing({ url: 'https://shop.example/socket.io/' }), /WebSocket upgrades/],
    ['a WebSocket by its path', failing({ url: 'wss://shop.example/ws' }), /WebSocket upgrades/],
    ['streams of HTTP/2', group('web', { protocolVersion: 'HTTP2' }), /while streams are open/],
    ['streams of gRPC', group('web', { protocolVersion: 'GRPC' }), /while streams are open/],
    [
      'a sidecar',
      containers('shop/web:3', 'public.ecr.aws/appmesh/aws-appmesh-envoy'),
      /there is a proxy between/,
    ],
    [
      'a mesh in Kubernetes',
      groupTag('web', 'ingress.k8s.aws/stack', 'shop/web'),
      /there is a proxy between/,
    ],
    ['too busy', timeouts, /out of CPU/],
    [
      'dropped after the work',
      failing({ targetSeconds: 12, traceId: '1-67891233-abcdef012345678912345678' }),
      /completed a failed request/,
    ],
    [
      'large cookies',
      edits(accessLog(loggedGroup(20)), explained(explanation('client', 20, 1))),
      /send large headers/,
    ],
  ])('%s', (_, edit, what) => {
    const found = trapCandidates(bundleWith(edit));
    expect(found.map((one) => one.what).join('\n')).toMatch(what);
    for (const one of found) expect([one.how, one.sideEffects].every((text) => text.length > 10)).toBe(true);
  });

  test.each<readonly [name: string, Edit]>([
    ['nothing speaks for any', edits()],
    ['a path that only sounds like a socket', failing({ url: 'https://shop.example/sockets-and-plugs' })],
    ['an idle group of gRPC', group('old', { protocolVersion: 'GRPC', serving: false })],
    ['a quick failure', failing({ traceId: '1-67891233-abcdef012345678912345678' })],
  ])('is not looked for where %s', (_, edit) => {
    expect(trapCandidates(bundleWith(edit))).toEqual([]);
  });

  test('the CPU of an ECS service is asked for by name', () => {
    const [found] = trapCandidates(bundleWith(timeouts, containers('shop/web:3')));
    expect(found?.commands[0]).toContain('--namespace AWS/ECS --metric-name CPUUtilization');
    expect(found?.commands[0]).toContain('Name=ClusterName,Value=prod Name=ServiceName,Value=shop');
  });

  test('stands in what is still unknown of an undetermined verdict, after what separates causes, two at most', () => {
    const bundle = bundleWith(
      failures(from(90, [60, 20])),
      group('web', { protocolVersion: 'HTTP2' }),
      groupTag('web', 'alb502:server', 'nginx'),
      timeouts,
    );
    const { verdict, missingEvidence } = diagnose(bundle);
    expect(verdict).toBe('undetermined');
    const places = missingEvidence.flatMap(({ what }, place) => (/^whether /.test(what) ? [place] : []));
    expect(places).toEqual([missingEvidence.length - 2, missingEvidence.length - 1]);
    expect(missingEvidence[0]?.separates.length).toBeGreaterThan(0);
  });

  test('is not told where there is no 502', () => {
    const bundle = bundleWith(groupTag('web', 'alb502:server', 'nginx'));
    expect(diagnose(bundle).missingEvidence).toEqual([]);
  });
});
