import { describe, expect, test } from 'vitest';
import { lineOf, readAll } from './read.ts';

const PREFIX = 'alb.ingress.kubernetes.io';

const ingress = (
  name: string,
  annotations: readonly string[],
  spec = 'ingressClassName: alb',
): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations:
    note: ''
${annotations.map((one) => `    ${one}\n`).join('')}spec:
  ${spec}
  defaultBackend: { service: { name: ${name}, port: { number: 80 } } }
`;

const service = (name: string, annotations = ''): string => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop${annotations} }
spec:
  selector: { app: ${name} }
  ports: [{ name: main, port: 80, targetPort: http, nodePort: 30080 }]
`;

const deployment = (name: string, pod = '', container = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${pod}      containers:
        - name: proxy
          image: nginx:1.27
          ports: [{ name: http, containerPort: 8080 }]
${container}        - name: app
          image: shop
`;

const all = (...documents: readonly string[]): string => documents.join('---\n');

describe('an Ingress', () => {
  test('has its attributes from annotations, the Service wins over the Ingress', () => {
    const text = all(
      ingress('web', [
        `${PREFIX}/load-balancer-attributes: routing.http2.enabled=true, idle_timeout.timeout_seconds=75`,
        `${PREFIX}/target-group-attributes: deregistration_delay.timeout_seconds=20`,
        `${PREFIX}/target-type: ip`,
        `${PREFIX}/backend-protocol-version: GRPC`,
      ]),
      service(
        'web',
        `, annotations: { ${PREFIX}/target-group-attributes: deregistration_delay.timeout_seconds=5 }`,
      ),
      deployment('web'),
    );
    const facts = readAll({ 'k/a.yaml': text });
    expect(facts.loadBalancers).toMatchObject([
      {
        name: 'Ingress shop/web',
        idleTimeoutSeconds: { state: 'set', value: 75, place: { line: lineOf(text, 'idle_timeout') } },
        idleTimeoutAs: 'idle_timeout.timeout_seconds=%s',
      },
    ]);
    expect(facts.targetGroups).toMatchObject([
      { targetType: 'ip', protocolVersion: 'GRPC', deregistrationDelaySeconds: { state: 'set', value: 5 } },
    ]);
    expect(facts.workloads[0]?.behind).toEqual([
      { targetGroup: facts.targetGroups[0]?.id, container: 'proxy', port: 8080 },
    ]);
    expect(facts.unread).toEqual([]);
  });

  test.each([
    ['its class is alb', 'ingressClassName: alb', [], 1],
    ['the old annotation says alb', 'rules: []', ['kubernetes.io/ingress.class: alb'], 1],
    ['it has annotations of the controller', 'rules: []', [`${PREFIX}/scheme: internal`], 1],
    ['its class is of nginx', 'ingressClassName: nginx', [`${PREFIX}/scheme: internal`], 0],
    ['nothing says a class', 'rules: []', [], 0],
  ])('is one of the controller or not: %s', (_case, spec, annotations, count) => {
    expect(readAll({ 'a.yaml': ingress('web', annotations, spec) }).loadBalancers).toHaveLength(count);
  });

  test('takes what the parameters of its class say', () => {
    const ofClass = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: front }
spec:
  controller: ingress.k8s.aws/alb
  parameters: { apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: front }
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: { name: front }
spec:
  targetType: ip
  group: { name: everything }
  loadBalancerAttributes:
    - key: idle_timeout.timeout_seconds
      value: "120"
`;
    const facts = readAll({
      'class.yaml': ofClass,
      'web.yaml': ingress('web', [], 'ingressClassName: front'),
    });
    expect(facts.loadBalancers).toMatchObject([
      {
        name: 'IngressGroup everything',
        idleTimeoutSeconds: {
          value: 120,
          place: { file: 'class.yaml', line: lineOf(ofClass, 'value: "120"') },
        },
        idleTimeoutAs: 'value: "%s"',
      },
    ]);
    expect(facts.targetGroups).toMatchObject([{ targetType: 'ip' }]);
  });

  test.each([
    ['said by one', ['idle_timeout.timeout_seconds=90'], { state: 'set', value: 90 }],
    ['said by none', [], { state: 'default', value: 60 }],
    [
      'said differently',
      ['idle_timeout.timeout_seconds=90', 'idle_timeout.timeout_seconds=30'],
      { state: 'unknown', why: 'differs between the Ingresses of the group: 90 or 30' },
    ],
  ])('of a group shares its load balancer: %s', (_case, said, expected) => {
    const files = Object.fromEntries(
      ['a', 'b'].map((name, index) => [
        `${name}.yaml`,
        ingress(name, [
          `${PREFIX}/group.name: front`,
          ...said.slice(index, index + 1).map((one) => `${PREFIX}/load-balancer-attributes: ${one}`),
        ]),
      ]),
    );
    const facts = readAll(files);
    expect(facts.loadBalancers).toMatchObject([{ name: 'IngressGroup front', idleTimeoutSeconds: expected }]);
    expect(facts.targetGroups.map(({ loadBalancers }) => loadBalancers)).toEqual([
      [facts.loadBalancers[0]?.id],
      [facts.loadBalancers[0]?.id],
    ]);
  });

  test('in two overlays is two load balancers, each with the pods beside it', () => {
    const text = all(ingress('web', [`${PREFIX}/group.name: front`]), service('web'), deployment('web'));
    const facts = readAll({ 'stage/a.yaml': text, 'test/a.yaml': text });
    expect(facts.loadBalancers).toHaveLength(2);
    expect(facts.workloads.map(({ behind }) => behind.map(({ targetGroup }) => targetGroup))).toEqual([
      ['stage/a.yaml#Ingress shop/web/web:80'],
      ['test/a.yaml#Ingress shop/web/web:80'],
    ]);
  });

  test('forwards where its action annotations say', () => {
    const action = `'{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"blue","servicePort":80,"weight":9},{"serviceName":"green","servicePort":80,"weight":1}]}}'`;
    const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    ${PREFIX}/actions.split: ${action}
spec:
  ingressClassName: alb
  rules:
    - http: { paths: [{ path: /, backend: { service: { name: split, port: { name: use-annotation } } } }] }
`;
    expect(readAll({ 'a.yaml': text }).targetGroups.map(({ name }) => name)).toEqual([
      'Ingress default/web to blue:80',
      'Ingress default/web to green:80',
    ]);
  });
});

describe('a pod', () => {
  const read = (pod: string, container: string) => {
    const text = all(ingress('web', []), service('web'), deployment('web', pod, container));
    return { text, workload: readAll({ 'a.yaml': text }).workloads[0] };
  };

  test.each([
    ['no hook', '', { state: 'default', value: 0 }],
    ['a shell', '[sh, -c, "sleep 15 && nginx -s quit"]', { state: 'set', value: 15 }],
    ['words', '[sleep, "20"]', { state: 'set', value: 20 }],
    ['two sleeps', '[sh, -c, "sleep 5; nginx -s quit; sleep 1m"]', { state: 'set', value: 65 }],
    ['no sleep', '[nginx, -s, quit]', { state: 'unknown' }],
  ])('waits before it stops: %s', (_case, command, expected) => {
    const hook =
      command === '' ? '' : `          lifecycle: { preStop: { exec: { command: ${command} } } }\n`;
    expect(read('', hook).workload?.containers[0]?.preStopSeconds).toMatchObject(expected);
  });

  test('sleeps by the hook of its own', () => {
    const { workload, text } = read(
      '      terminationGracePeriodSeconds: 75\n',
      '          lifecycle: { preStop: { sleep: { seconds: 10 } } }\n',
    );
    expect(workload?.containers[0]?.preStopSeconds).toMatchObject({ state: 'set', value: 10 });
    expect(workload?.terminationGraceSeconds).toMatchObject({
      value: 75,
      place: { line: lineOf(text, 'terminationGrace') },
    });
  });

  test('counts a sidecar that is restarted always, no other initial container', () => {
    const initial =
      '      initContainers:\n        - { name: mesh, image: mesh, restartPolicy: Always }\n        - { name: migrate, image: shop }\n';
    expect(read(initial, '').workload?.containers.map(({ name }) => name)).toEqual(['proxy', 'app', 'mesh']);
  });

  test('in a List is found', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n${deployment('web').replaceAll(/^/gm, '    ').replace('    ', '  - ').trimEnd()}\n`;
    expect(readAll({ 'a.yaml': list }).workloads).toMatchObject([{ name: 'Deployment shop/web' }]);
  });
});

test('a Gateway and its routes are read with their configurations', () => {
  const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: front }
spec: { controllerName: gateway.k8s.aws/alb }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: shop }
spec:
  gatewayClassName: front
  infrastructure: { parametersRef: { group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: front } }
---
apiVersion: gateway.k8s.aws/v1beta1
kind: LoadBalancerConfiguration
metadata: { name: front, namespace: shop }
spec:
  loadBalancerAttributes: [{ key: idle_timeout.timeout_seconds, value: "90" }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: front }]
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
---
apiVersion: gateway.k8s.aws/v1beta1
kind: TargetGroupConfiguration
metadata: { name: web, namespace: shop }
spec:
  targetReference: { name: web }
  defaultConfiguration:
    targetType: ip
    targetGroupAttributes: [{ key: deregistration_delay.timeout_seconds, value: "15" }]
`;
  const facts = readAll({ 'a.yaml': all(gateway, service('web'), deployment('web')) });
  expect(facts.loadBalancers).toMatchObject([
    { name: 'Gateway shop/front', idleTimeoutSeconds: { value: 90 } },
  ]);
  expect(facts.targetGroups).toMatchObject([
    {
      targetType: 'ip',
      deregistrationDelaySeconds: { value: 15 },
      loadBalancers: [facts.loadBalancers[0]?.id],
    },
  ]);
  expect(facts.workloads).toMatchObject([{ behind: [{ container: 'proxy', port: 8080 }] }]);
});

describe('what must be rendered first', () => {
  test('is said once for a chart', () => {
    const files = {
      'charts/web/Chart.yaml': 'name: web\n',
      'charts/web/templates/ingress.yaml': ingress('web', ['x: "{{ .Values.x }}"']),
      'charts/web/templates/deployment.yaml': `{{- if .Values.on }}\n${deployment('web')}{{- end }}\n`,
      'charts/web/values.yaml': `ingress:\n  annotations:\n    ${PREFIX}/scheme: internal\n`,
    };
    const facts = readAll(files);
    expect(facts.workloads).toMatchObject([{ name: 'Deployment shop/web' }]);
    expect(facts.unread).toMatchObject([
      { place: { file: 'charts/web/Chart.yaml', line: 1 }, what: 'Helm chart charts/web' },
    ]);
    expect(facts.unread[0]?.why).toContain('helm template charts/web');
  });

  test('is said of a template without a chart, and of values that stand alone', () => {
    const files = {
      'a.yaml': `{{- if .Values.on }}\n${deployment('web')}{{- end }}\n`,
      'values-live.yaml': `ingress:\n  annotations:\n    ${PREFIX}/scheme: internal\n`,
    };
    expect(readAll(files).unread).toMatchObject([
      { place: { file: 'a.yaml' }, why: 'it is a template: render it first, and check what comes out' },
      { place: { file: 'values-live.yaml', line: 3 }, what: 'values of a Helm chart' },
    ]);
  });

  test('is said of patches, which are no objects', () => {
    const files = {
      'base/web.yaml': all(ingress('web', []), service('web'), deployment('web')),
      'live/kustomization.yaml':
        'resources: [../base]\npatches:\n  - path: more.yaml\n  - path: labels.yaml\n',
      'live/more.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n',
      'live/labels.yaml': '- op: add\n  path: /metadata/labels/a\n  value: b\n',
    };
    const facts = readAll(files);
    expect(facts.workloads).toHaveLength(1);
    expect(facts.unread).toMatchObject([
      { place: { file: 'live/kustomization.yaml', line: 3 }, what: 'Kustomize patch' },
    ]);
  });
});
