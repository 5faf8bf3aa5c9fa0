import { describe, expect, test } from 'vitest';
import { readAll } from './read.ts';
import { wholeCheck } from './whole-check.ts';

type Files = Readonly<Record<string, string>>;

const CHART = { 'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n' };
const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  selector:
    {{- include "shop.selectorLabels" . | nindent 4 }}
  ports:
    - port: 80
      targetPort: http
`;
const INGRESS = `{{- if .Values.ingress.enabled -}}
{{- $fullName := include "shop.fullname" . -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $fullName }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ .Values.ingress.className }}
  rules:
    - http:
        paths:
          - backend:
              service:
                name: {{ $fullName }}
                port:
                  number: 80
{{- end }}
`;
const deployment = (container: string, spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" $ }}
spec:
  template:
    metadata:
      labels:
        {{- include "shop.selectorLabels" . | nindent 8 }}
    spec:
${spec}      containers:
        - name: app
          image: "{{ .Values.image }}:{{ .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: 3000
${container}`;
const VALUES = `ingress:
  enabled: false
  className: alb
  annotations:
    alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=90
stop:
  seconds: 25
  grace: 20
`;
const chart = (container: string, spec = '', values = VALUES): Files => ({
  ...CHART,
  'shop/values.yaml': values,
  'shop/templates/ingress.yaml': INGRESS,
  'shop/templates/service.yaml': SERVICE,
  'shop/templates/deployment.yaml': deployment(container, spec),
});
const findings = (files: Files) =>
  wholeCheck(files, null).findings.map(({ rule, severity, place, assumed }) => ({
    rule: `${severity} ${rule} ${place.file}:${place.line}`,
    assumed,
  }));

const SLEEP =
  '          lifecycle:\n            preStop:\n              exec:\n                command: ["sleep", "40"]\n';

describe('a Helm chart is read with its own values', () => {
  test('its Ingress, Service and Deployment join, and annotations come from values.yaml', () => {
    const { loadBalancers, targetGroups, workloads } = readAll(chart(SLEEP));
    expect(loadBalancers).toMatchObject([
      {
        name: 'Ingress default/shop',
        idleTimeoutSeconds: { state: 'set', value: 90, place: { file: 'shop/values.yaml', line: 5 } },
      },
    ]);
    expect(workloads).toMatchObject([
      {
        name: 'Deployment default/shop',
        behind: [{ targetGroup: targetGroups[0]?.id, container: 'app', port: 3000 }],
        containers: [{ preStopSeconds: { state: 'set', value: 40 } }],
        terminationGraceSeconds: { state: 'default', value: 30 },
      },
    ]);
  });

  test('how its pods stop is compared although their server is not known', () => {
    expect(findings(chart(SLEEP)).map(({ rule }) => rule)).toEqual([
      'error grace-period-below-pre-stop shop/templates/deployment.yaml:10',
    ]);
    expect(findings(chart('')).map(({ rule }) => rule)).toEqual([
      'note pre-stop-missing shop/templates/deployment.yaml:12',
    ]);
  });

  test('a number comes from values.yaml, which is said', () => {
    const sleep =
      '          lifecycle:\n            preStop:\n              sleep:\n                seconds: {{ .Values.stop.seconds }}\n';
    const grace = '      terminationGracePeriodSeconds: {{ .Values.stop.grace | default 90 }}\n';
    expect(findings(chart(sleep, grace))).toEqual([
      {
        rule: 'error grace-period-below-pre-stop shop/values.yaml:8',
        assumed: [
          'shop/values.yaml keeps its value of stop.seconds',
          'shop/values.yaml keeps its value of stop.grace',
        ],
      },
    ]);
    // What stands behind `default` holds where values.yaml has nothing.
    expect(findings(chart(sleep, grace, VALUES.replace('  grace: 20\n', '')))).toEqual([]);
  });

  test.each<readonly [string, string, string]>([
    [
      'the hook is filled in',
      '          lifecycle:\n            {{- toYaml .Values.lifecycle | nindent 12 }}\n',
      '',
    ],
    [
      'the hook is filled in in its line',
      '          lifecycle: {{- toYaml .Values.lifecycle | nindent 12 }}\n',
      '',
    ],
    [
      'anything of the container is filled in',
      '          {{- include "shop.container" . | nindent 10 }}\n',
      '',
    ],
    [
      'the grace period is not known',
      SLEEP,
      '      terminationGracePeriodSeconds: {{ .Values.elsewhere }}\n',
    ],
    ['anything of the pod is filled in', SLEEP, '      {{- include "shop.pod" . | nindent 6 }}\n'],
    [
      'the grace period has several values',
      SLEEP,
      '      {{- if .Values.slow }}\n      terminationGracePeriodSeconds: 90\n      {{- else }}\n      terminationGracePeriodSeconds: 20\n      {{- end }}\n',
    ],
  ])('nothing is found where %s', (_name, container, spec) => {
    expect(findings(chart(container, spec))).toEqual([]);
  });

  test('what stands under a condition is assumed to hold, which is said', () => {
    const conditional = `          {{- if eq .Values.kind "web" }}\n${SLEEP}          {{- end }}\n`;
    expect(findings(chart(conditional))).toEqual([
      {
        rule: 'error grace-period-below-pre-stop shop/templates/deployment.yaml:10',
        assumed: ['the condition {{ if eq .Values.kind "web" }} holds'],
      },
    ]);
  });

  test('without an Ingress, a hook that takes all of the grace period is a warning', () => {
    const files = { ...CHART, 'shop/templates/deployment.yaml': deployment(SLEEP) };
    expect(findings(files)).toEqual([
      {
        rule: 'warning grace-period-below-pre-stop shop/templates/deployment.yaml:10',
        assumed: ['no load balancer was found before it in the files that were read'],
      },
    ]);
  });

  test('that not all of it is read is said, whatever was', () => {
    expect(readAll(chart(SLEEP)).unread).toMatchObject([
      { what: 'Helm chart shop', why: expect.stringContaining('helm template shop') },
    ]);
  });

  test.each(['{{ if', '}}{{', '{{ end }}{{ end }}', `${'{{'.repeat(90_000)}`, '{{ if a }}\n'.repeat(2000)])(
    'a broken template ends: %#',
    (text) => {
      const files = { ...CHART, 'shop/templates/x.yaml': `apiVersion: apps/v1\nkind: Deployment\n${text}` };
      expect(readAll(files).workloads).toEqual([]);
    },
  );
});

test('a manifest in JSON is read as one in YAML', () => {
  const json = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      template: {
        spec: {
          terminationGracePeriodSeconds: 20,
          containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 25 } } } }],
        },
      },
    },
  });
  for (const text of [json, JSON.stringify(JSON.parse(json), null, 2)])
    expect(findings({ 'k8s/shop.json': text }).map(({ rule }) => rule)).toEqual([
      expect.stringMatching(/^warning grace-period-below-pre-stop k8s\/shop\.json:\d+$/),
    ]);
});
