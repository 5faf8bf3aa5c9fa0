import { describe, expect, test } from 'vitest';
import { lookUpServer } from '../../lambda/advice/servers.ts';
import { boundedDiagnosis } from '../../lambda/alert/size-limits.ts';
import { CAUSE_ROWS } from '../../lambda/diagnose/causes.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  addTag,
  answerCommands,
  argument,
  curl,
  printable,
  removeTag,
  urlArgument,
} from '../../lambda/diagnose/remedies/command.ts';
import { commandWithFlag } from '../../lambda/diagnose/remedies/server-lines.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';
import type { OwnedAction } from '../../lambda/model/diagnosis.ts';
import type { EcsService } from '../../lambda/model/workload.ts';
import { expectedTexts } from '../expected-texts.ts';
import { ADVICE } from './advice.ts';
import {
  accessLog,
  baseline,
  bundleWith,
  declared,
  type Edit,
  edits,
  everyNth,
  explained,
  explanation,
  failingRequest,
  failures,
  group,
  groupTag,
  idleTimeout,
  keepAlive,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  loadBalancerTag,
  loggedGroup,
  slowestResponse,
  steady,
  target,
} from './bundle.ts';
import { ecsService } from './workloads.ts';

const asked = (cause: NamedCause, ...edit: readonly Edit[]): readonly OwnedAction[] =>
  CAUSE_ROWS[cause].advise(bundleWith(...edit));
const allOf = (actions: readonly OwnedAction[]): string =>
  actions.flatMap(({ title, why, commands, rollback }) => [title, why, ...commands, ...rollback]).join('\n');

const flagOf = (server: string) => {
  const row = lookUpServer(server);
  if (row === null) throw new Error(`${server} is not in the table`);
  return row;
};

const onEcs = group('web', { workload: { ecsService: ecsService() } });
const onKubernetes = edits(
  groupTag('web', 'elbv2.k8s.aws/cluster', 'prod'),
  groupTag('web', 'ingress.k8s.aws/stack', 'shop/web'),
  groupTag('web', 'ingress.k8s.aws/resource', 'shop/web-api:80'),
  loadBalancerTag('ingress.k8s.aws/stack', 'shop/web'),
);
const onNodePort = edits(
  onKubernetes,
  group('web', {
    targetType: 'instance',
    port: 31234,
    targets: [target('i-0123456789abcdef0', { port: 31234 })],
  }),
);
const onInstances = group('web', {
  targetType: 'instance',
  workload: {
    autoScalingGroup: { name: 'shop-asg', healthCheckType: 'ELB', activities: [], instanceRefreshes: [] },
  },
});
const ofStack = edits(
  loadBalancerTag('aws:cloudformation:stack-name', 'shop'),
  groupTag('web', 'aws:cloudformation:stack-name', 'shop'),
);
const ofTerraform = edits(
  loadBalancerTag('ManagedBy', 'terraform'),
  groupTag('web', 'ManagedBy', 'terraform'),
);

const WORLDS: ReadonlyArray<readonly [name: string, edit: Edit]> = [
  ['nothing known', edits()],
  ['ECS', onEcs],
  ['ECS Express Mode', group('web', { workload: { ecsService: ecsService({ ownsLoadBalancer: true }) } })],
  ['Kubernetes, pods', onKubernetes],
  ['Kubernetes, node ports', onNodePort],
  ['Kubernetes of which only the cluster is known', groupTag('web', 'elbv2.k8s.aws/cluster', 'prod')],
  ['an Auto Scaling group', onInstances],
  ['a stack', ofStack],
  ['Terraform', ofTerraform],
];

/** How lines of each kind begin that are to be run. */
const PROGRAM =
  /^(?:aws|alb502|kubectl|curl|tcpdump|echo|jq|wc|ss|journalctl|zcat|nginx|apachectl|systemctl|sudo|haproxy|kill|docker)\s/;
/** A line of a file: an assignment, a directive that ends in `;`, a flag, a call, an entry of YAML or JSON. */
const SETTING =
  /^(?:\s*-?\s*\{.*\}|"\w+": \S+|[\w./-]+: \S.*|[\w."-]+ ?= ?\S.*|.*[;{},)]|\}|\w+(?: [\w."-]+){1,2}|\w+="[^"]*")$/;
const REMARK = /^\s*(?:#|\/\/|<!--|;|rem )/;
/** Sentences: an order or a product and a colon, in words. */
const PROSE =
  /^(?:set|raise|redeploy|let|put|remove|point|take|a|the|with|if|or)\s\w+\s|^[A-Z][\w. ()]*: +[a-z]/i;

const isLine = (line: string): boolean =>
  REMARK.test(line) || PROGRAM.test(line) || (SETTING.test(line) && !PROSE.test(line));

/** Lines of the server table have their own test. */
const ofServerTable = (cause: NamedCause): boolean => cause === 'keepalive-mismatch';

/** Values to fill in, in capitals: STOPPED and ALB_ACCESS_LOGS are AWS's own words. */
function placeholdersIn(line: string): readonly string[] {
  const [command = ''] = line.replaceAll(/'[^']*'/g, '').split('   # ');
  return [...command.matchAll(/(?<![\w-])[A-Z][A-Z_]{2,}(?![\w-])/g)]
    .map(([name]) => name)
    .filter((name) => name !== 'STOPPED' && name !== 'ALB_ACCESS_LOGS');
}

/** Names of placeholders that no remark beside them explains. */
const unexplained = (lines: readonly string[]): readonly string[] => {
  const remarks = lines.map((line) => (REMARK.test(line) ? line : (line.split('   # ')[1] ?? ''))).join('\n');
  return lines
    .filter((line) => !REMARK.test(line) && PROGRAM.test(line))
    .flatMap(placeholdersIn)
    .filter((name) => !remarks.includes(name));
};

describe.each(WORLDS)('advice where the owner is %s', (_, edit) => {
  const world = edits(lambdaGroup('fn'), edit, declared(5), idleTimeout(60));

  test.each(NAMED_CAUSES)(
    '%s: no sentence among the commands, each value to fill in is explained',
    (cause) => {
      const actions = asked(cause, world);
      expect(actions.length).toBeGreaterThan(0);
      for (const { title, commands, rollback, layer, owner } of actions) {
        expect([layer, owner], title).toEqual([expect.any(String), expect.any(String)]);
        if (!ofServerTable(cause))
          expect([...commands, ...rollback].filter((line) => !isLine(line))).toEqual([]);
        expect([...unexplained(commands), ...unexplained(rollback)], title).toEqual([]);
      }
    },
  );

  test.each<readonly [string, Edit]>([
    [
      'a race with a raised timeout',
      edits(
        keepAlive(75, 'probe'),
        baseline({ [LOAD_BALANCER_ARN]: { 'idle_timeout.timeout_seconds': '30' } }),
      ),
    ],
    ['what is not known', groupTag('web', 'alb502:keep-alive-seconds', 'a minute')],
  ])('every action of a diagnosis of %s says its layer and its owner', (__, what) => {
    const bundle = bundleWith(world, what, failures(everyNth(9, 2)));
    const { actions } = diagnose(bundle);
    expect(actions.length).toBeGreaterThan(1);
    for (const { title, layer, owner, commands, rollback } of actions) {
      expect([title, layer, owner]).not.toContain(undefined);
      expect([...unexplained(commands), ...unexplained(rollback)], title).toEqual([]);
    }
  });
});

describe.each(['malformed-response', 'response-header-too-large'] as const)(
  'an answer that is %s',
  (cause) => {
    const answering = (path: string, ...more: readonly Edit[]) => {
      const [look] = asked(
        cause,
        accessLog(loggedGroup(40)),
        explained(
          explanation('path', 40, 1, {
            causes: [{ cause, probability: 0.9 }],
            where: { targetGroupArn: null, target: null, node: null, path },
          }),
        ),
        ...more,
      );
      return look?.commands ?? [];
    };
    const asks = (lines: readonly string[]) => lines.filter((line) => /^(?:curl|alb502 probe) /.test(line));

    test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('to %s is looked at without another request', (method) => {
      const lines = answering(`${method} /jobs`);
      expect(asks(lines)).toEqual([]);
      expect(lines).toContain("tcpdump -i any -s 0 -c 20000 -w failed.pcap 'tcp port 8080'");
    });

    test('to GET is asked for, and so is GET of a path that fails with POST, where there is one', () => {
      const get = failingRequest({ method: 'GET', url: 'https://shop.example.com:443/jobs' });
      expect(asks(answering('GET /jobs')).length).toBeGreaterThan(0);
      expect(asks(answering('POST /jobs', get))[0]).toMatch(/ http:\/\/10\.0\.1\.10:8080\/jobs(?: |$)/);
    });

    test('is not captured where it is encrypted', () => {
      const lines = answering('POST /jobs', group('web', { protocol: 'HTTPS' }));
      expect(lines.some((line) => line.startsWith('tcpdump'))).toBe(false);
      expect(lines.length).toBeGreaterThan(1);
    });
  },
);

describe('a Lambda function', () => {
  const ofGroup = (value: 'true' | 'false') =>
    asked(
      'lambda-target-error',
      lambdaGroup('fn', { attributes: { 'lambda.multi_value_headers.enabled': value } }),
    );

  test.each([
    ['header values that are no strings', /each of its values a string: no number, boolean, null or list/],
    ['null headers', /headers is an object, not null/],
    ['a body that is no string', /body is a string: no object, no null/],
    ['a statusDescription that is no string', /statusDescription, if there is one, is a string/],
    ['isBase64Encoded as a string', /isBase64Encoded is true or false, not "true"/],
    ['statusCode as a string', /statusCode is a number, not "200"/],
    ['more than 1 MB', /at most 1 MB/],
    ['multi-value headers where they are off', /multiValueHeaders is not read/],
  ])('is told of %s', (_, words) => {
    expect(allOf(ofGroup('false'))).toMatch(words);
  });

  test('is told of plain headers where multi-value headers are on', () => {
    expect(allOf(ofGroup('true'))).toMatch(/each of its values a list of strings; headers is not read/);
  });

  test('is asked before anything is changed, with the event of its group', () => {
    for (const value of ['true', 'false'] as const) {
      const actions = ofGroup(value);
      const change = actions.findIndex(({ commands }) =>
        commands.some((line) => line.includes('modify-target-group')),
      );
      const look = actions.findIndex(({ commands }) =>
        commands.some((line) => line.startsWith('aws lambda invoke')),
      );
      expect(look).toBeGreaterThanOrEqual(0);
      expect(change).toBeGreaterThan(look);
      expect(actions[change]?.title).toMatch(/^Only if that answer has /);
      expect(actions[change]?.rollback.join()).toContain(`Value=${value}`);
      const invoke = actions[look]?.commands.find((line) => line.startsWith('echo ')) ?? '';
      const event = JSON.parse(/^echo '([^']*)' \| tee event\.json$/.exec(invoke)?.[1] ?? 'null');
      expect(Object.keys(event)).toContain(value === 'true' ? 'multiValueHeaders' : 'headers');
      expect(Object.keys(event)).not.toContain(value === 'true' ? 'headers' : 'multiValueHeaders');
    }
  });
});

describe('a deployment', () => {
  const slow = slowestResponse(steady(400));

  test('on Fargate: at most 120 s, whatever the requests take, and ECS waits by itself', () => {
    const text = allOf(asked('deployment', onEcs, slow));
    expect(text).toContain('"stopTimeout": 120');
    expect(text).toContain('waits for draining by itself');
    expect(text).toContain('less than a deregistration delay of 300 s');
    expect(text).toContain('# remove stopTimeout');
  });

  test('on EC2: as long as the requests take', () => {
    const onEc2 = group('web', { workload: { ecsService: ecsService({ launchType: 'EC2' }) } });
    const text = allOf(asked('deployment', onEc2, slow));
    expect(text).toContain('"stopTimeout": 600');
    expect(text).not.toContain('Fargate');
  });

  test('a service that stops old tasks first, without a grace period, gets both, with the way back', () => {
    const service = ecsService({ minimumHealthyPercent: 50, healthCheckGracePeriodSeconds: null });
    const [action] = asked('deployment', group('web', { workload: { ecsService: service } }));
    expect(action?.commands).toContain('"minimumHealthyPercent": 100');
    expect(action?.commands).toContain('"healthCheckGracePeriodSeconds": 60');
    expect(action?.rollback).toContain('"minimumHealthyPercent": 50');
    expect(action?.rollback).toContain('"healthCheckGracePeriodSeconds": 0');
    expect(action?.commands.join()).not.toContain('maximumPercent');
  });

  const SET = { minimumHealthyPercent: 100, maximumPercent: 200, healthCheckGracePeriodSeconds: 60 };
  const OF_SERVICE = '# service shop:';

  test.each<readonly [string, Partial<EcsService>, readonly string[], readonly string[]]>([
    ['all is well', SET, [], []],
    ['what is not known', { ...SET, minimumHealthyPercent: null, maximumPercent: null }, [], []],
    ['the grace period is 30 s', { ...SET, healthCheckGracePeriodSeconds: 30 }, [], []],
    [
      'the grace period is shorter',
      { ...SET, healthCheckGracePeriodSeconds: 29 },
      [OF_SERVICE, '"healthCheckGracePeriodSeconds": 60'],
      [OF_SERVICE, '"healthCheckGracePeriodSeconds": 29'],
    ],
    ['there is no room, but no task stops first', { ...SET, maximumPercent: 100 }, [], []],
    [
      'tasks stop first, with room',
      { ...SET, minimumHealthyPercent: 99, maximumPercent: 101 },
      [OF_SERVICE, '"minimumHealthyPercent": 100'],
      [OF_SERVICE, '"minimumHealthyPercent": 99'],
    ],
    [
      'tasks stop first, with unknown room',
      { ...SET, minimumHealthyPercent: 99, maximumPercent: null },
      [OF_SERVICE, '"minimumHealthyPercent": 100'],
      [OF_SERVICE, '"minimumHealthyPercent": 99'],
    ],
    [
      'tasks stop first, without room',
      { ...SET, minimumHealthyPercent: 99, maximumPercent: 100 },
      [OF_SERVICE, '"minimumHealthyPercent": 100', '"maximumPercent": 200'],
      [OF_SERVICE, '"minimumHealthyPercent": 99', '"maximumPercent": 100'],
    ],
  ])('of the service only what has to change is set, and set back: %s', (_, patch, commands, rollback) => {
    const service = ecsService(patch);
    const [action] = asked('deployment', group('web', { workload: { ecsService: service } }));
    expect(action?.commands.slice(3)).toEqual(commands);
    expect(action?.rollback.slice(2)).toEqual(rollback);
  });

  test.each([
    ['FARGATE', 120],
    ['EC2', 600],
    ['EXTERNAL', 600],
    [null, 120],
  ])('where tasks run on %s, they may take %i s to stop', (launchType, seconds) => {
    const service = ecsService({ launchType });
    const text = allOf(asked('deployment', group('web', { workload: { ecsService: service } }), slow));
    expect(text).toContain(`"stopTimeout": ${seconds}`);
    expect(text.includes('On Fargate stopTimeout is')).toBe(seconds === 120);
  });

  test('tasks that are kept leave room for a new one, or no rollout goes on', () => {
    const service = ecsService({ minimumHealthyPercent: 0, maximumPercent: 100 });
    const [action] = asked('deployment', group('web', { workload: { ecsService: service } }));
    expect(action?.commands).toContain('"maximumPercent": 200');
    expect(action?.rollback).toContain('"maximumPercent": 100');
  });

  test('on Kubernetes: a sleep above the 19 s that were seen, a grace period above it, readiness gates for pods', () => {
    const [action] = asked('deployment', onKubernetes, slow);
    const text = allOf([action].flatMap((one) => one ?? []));
    const sleep = Number(/sleep: \{ seconds: (\d+)/.exec(text)?.[1]);
    const grace = Number(/terminationGracePeriodSeconds: (\d+)/.exec(text)?.[1]);
    expect(sleep).toBeGreaterThan(19);
    expect(grace).toBeGreaterThan(sleep + 400);
    expect(action?.commands).toContain(
      'kubectl label namespace shop elbv2.k8s.aws/pod-readiness-gate-inject=enabled',
    );
    expect(action?.rollback).toContain(
      'kubectl label namespace shop elbv2.k8s.aws/pod-readiness-gate-inject-',
    );
  });

  test('on node ports: no readiness gate, which would do nothing', () => {
    expect(allOf(asked('deployment', onNodePort))).not.toContain('kubectl label');
  });
});

describe('a refused connection', () => {
  test('at a node port: the endpoints of the Service, not a list of sockets', () => {
    const [action] = asked('connection-refused', onNodePort);
    expect(action?.commands.join('\n')).not.toContain('ss -ltn');
    expect(action?.commands).toContain('kubectl get service api -n shop -o wide');
    expect(action?.commands.join('\n')).toContain('endpointslices -n shop -l kubernetes.io/service-name=api');
    expect(action?.title).toContain('node port 31234');
  });

  test('elsewhere: what listens', () => {
    expect(allOf(asked('connection-refused'))).toContain("ss -ltn 'sport = :8080'");
  });
});

describe('a failed TLS handshake', () => {
  test('is asked for without a server name, as the load balancer asks', () => {
    const text = allOf(asked('tls-failure', group('web', { protocol: 'HTTPS' })));
    expect(text).toMatch(/openssl s_client -connect 10\.0\.1\.10:8080 -noservername /);
    expect(text).toContain('sends no server name');
  });

  test('a plain target may want a group of HTTP, in the words of the owner', () => {
    const https = group('web', { protocol: 'HTTPS' });
    const of = (edit: Edit) => allOf(asked('tls-failure', https, edit));
    expect(of(edits())).toContain('give them an HTTP target group');
    expect(of(ofTerraform)).toContain('protocol = "HTTP"');
    expect(of(onKubernetes)).toContain('alb.ingress.kubernetes.io/backend-protocol: HTTP');
    expect(of(ofStack)).toContain('Protocol: HTTP');
  });
});

test("Puma's worker_timeout is advised nowhere as a timeout of requests", () => {
  const [action] = asked('worker-timeout');
  expect(action?.commands.join()).not.toContain('worker_timeout');
  expect(action?.why).toContain("Puma's worker_timeout is not one of these");
});

test('a delay that is raised: what lives on for as long depends on what runs there', () => {
  expect(allOf(asked('deregistration-delay-elapsed', onEcs))).toContain('stopTimeout need not change');
  expect(allOf(asked('deregistration-delay-elapsed', onKubernetes))).toContain(
    'terminationGracePeriodSeconds',
  );
  expect(allOf(asked('deregistration-delay-elapsed'))).toContain('must keep running that long');
});

test('the server of an ECS service is told by container, task definition and command of now', () => {
  const [action] = asked('keepalive-mismatch', onEcs, declared(5));
  expect(action?.commands[0]).toBe(
    '# ECS: container web of task definition shop:12, in its command or image; command now: gunicorn shop:app --bind 0.0.0.0:8080',
  );
  expect([action?.layer, action?.owner]).toEqual(['target', 'ecs']);
});

test('in a container nothing is reloaded', () => {
  const nginx = groupTag('web', 'alb502:server', 'nginx');
  const of = (...edit: readonly Edit[]) => asked('keepalive-mismatch', nginx, declared(5), ...edit)[0];
  const reload = 'nginx -t && nginx -s reload';
  expect([of()?.commands, of()?.rollback]).toEqual([
    expect.arrayContaining([reload]),
    expect.arrayContaining([reload]),
  ]);
  for (const lines of [of(onEcs)?.commands, of(onKubernetes)?.commands, of(onEcs)?.rollback]) {
    expect(lines).not.toContain(reload);
    expect(lines?.at(-1)).toMatch(/^# then deploy it/);
  }
});

test('layer and owner stay where a diagnosis is shortened', () => {
  const diagnosis = diagnose(bundleWith(onEcs, declared(5), failures(everyNth(9, 2))));
  const shortened = boundedDiagnosis(diagnosis, 3000);
  expect(shortened).not.toEqual(diagnosis);
  expect(shortened.actions[0]).toMatchObject({ layer: 'target', owner: 'ecs' });
});

describe('the command of an ECS container', () => {
  test.each([
    ['gets the flag', ['gunicorn', 'a:b'], ['gunicorn', 'a:b', '--keep-alive', '66']],
    ['has it replaced', ['gunicorn', '--keep-alive', '5', 'a:b'], ['gunicorn', '--keep-alive', '66', 'a:b']],
    [
      'has it replaced behind =',
      ['gunicorn', '--keep-alive=5', 'a:b'],
      ['gunicorn', '--keep-alive', '66', 'a:b'],
    ],
    ['is left alone in a shell', ['sh', '-c', 'gunicorn a:b'], null],
    ['is left alone in one word', ['gunicorn a:b'], null],
    ['is left alone where something was masked', ['gunicorn', '--env', 'KEY=***'], null],
    ['is left alone where it cannot be shown', ['gunicorn', 'a\u202eb'], null],
    ['is left alone where it is the image that has one', null, null],
    ['is left alone where it starts something else', ['supervisord', '-n'], null],
    [
      'gets it behind a wrapper',
      ['tini', '--', '/venv/bin/gunicorn', 'a:b'],
      [...'tini -- /venv/bin/gunicorn a:b --keep-alive 66'.split(' ')],
    ],
  ])('%s', (_, command, expected) => {
    expect(commandWithFlag(command, flagOf('gunicorn'), 66)).toEqual(expected);
  });

  test('is left alone where the server has no flag', () => {
    expect(commandWithFlag(['nginx'], flagOf('nginx'), 66)).toBeNull();
  });

  test.each([
    ['npm start', 'next', null],
    ['python main.py', 'uvicorn', null],
    ['python -m uvicorn a:b', 'uvicorn', 'python -m uvicorn a:b --timeout-keep-alive 66'],
    ['waitress-serve --port=8080 a:b', 'waitress', 'waitress-serve --channel-timeout 66 --port=8080 a:b'],
    ['granian --http1-header-read-timeout 5000 a:b', 'granian', null],
  ])('%s of %s', (command, server, expected) => {
    expect(commandWithFlag(command.split(' '), flagOf(server), 66)?.join(' ') ?? null).toBe(expected);
  });

  test('stands whole in the advice, with the way back', () => {
    const gunicorn = groupTag('web', 'alb502:server', 'gunicorn');
    const [action] = asked('keepalive-mismatch', onEcs, gunicorn, declared(5));
    expect(action?.commands).toContain(
      '"command": ["gunicorn","shop:app","--bind","0.0.0.0:8080","--keep-alive","66"]',
    );
    expect(action?.rollback).toContain('"command": ["gunicorn","shop:app","--bind","0.0.0.0:8080"]');
  });
});

describe('a value in a command line', () => {
  test.each([
    ['plain', 'plain'],
    ['a=b', 'a=b'],
    ['=id', "'=id'"],
    ["it's", "'it'\\''s'"],
    ['a b', "'a b'"],
    ['', "''"],
    ['-x', 'NAME_LEFT_OUT'],
    ['file://x', 'NAME_LEFT_OUT'],
    ['a\u200bb', 'NAME_LEFT_OUT'],
  ])('%j is %s', (value, word) => {
    expect(argument('NAME', value)).toBe(word);
  });

  test.each([
    ['http://h/a', 'http://h/a'],
    ['http://h/-', 'http://h/-'],
    ['-x', 'URL_LEFT_OUT'],
    ['http://h/\u200b', 'URL_LEFT_OUT'],
  ])('the address %j is %s', (url, word) => {
    expect(urlArgument(url)).toBe(word);
  });

  test.each([
    ['a.b:/c-1', '2', 'Key=a.b:/c-1,Value=2'],
    ['a,', '2', `'[{"Key":"a,","Value":"2"}]'`],
    [',a', '2', `'[{"Key":",a","Value":"2"}]'`],
    ['a', '2 3', `'[{"Key":"a","Value":"2 3"}]'`],
    ['a', ' 2', `'[{"Key":"a","Value":" 2"}]'`],
    ['a', "'<é", `'[{"Key":"a","Value":"\\u0027\\u003c\\u00e9"}]'`],
  ])('the key %j with %j is %s', (key, value, pair) => {
    expect(addTag('arn:a', key, value)).toMatch(
      /^aws elbv2 add-tags --region REGION --resource-arns arn:a --tags /,
    );
    expect(addTag('arn:a', key, value).split(' --tags ')[1]).toBe(pair);
  });

  test('of a name that cannot be shown stands for itself', () => {
    expect(addTag('\u202e', 'a', 'b')).toContain('--resource-arns RESOURCE_ARN_LEFT_OUT');
    expect(removeTag('\u202e', '\u202e')).toMatch(
      /--resource-arns RESOURCE_ARN_LEFT_OUT --tag-keys TAG_LEFT_OUT$/,
    );
  });

  test.each([
    ['a \n\t b ', 'a b'],
    ['x'.repeat(120), 'x'.repeat(120)],
    ['x'.repeat(121), `${'x'.repeat(119)}…`],
  ])('%j is printed on a line as %s', (text, line) => {
    expect(printable(text)).toBe(line);
  });

  test.each([
    ['http://h/a/./b', ' --path-as-is'],
    ['http://h/a/..', ' --path-as-is'],
    ['http://h/a/.b', ''],
    ['https://h/{a}', ''],
  ])('curl asks for %s as it is', (url, dots) => {
    const tls = url.startsWith('https') ? 'kg --http1.1' : '';
    expect(curl({ url, host: 'a b' }, '', '-v')).toBe(
      `curl -s${tls}${dots} -H 'Host: a b' -v ${url.includes('{') ? `'${url}'` : url}`,
    );
  });

  test('the answer of a host of its own is asked for', () => {
    expect(answerCommands({ url: 'http://h/', host: '-x' }, null)[0]).toBe(
      'alb502 probe --json http://h/ --host HOST_LEFT_OUT | tee probe.json',
    );
  });
});

describe('names of strangers', () => {
  const texts = [
    '$(touch pwned)',
    "'; touch pwned; '",
    '`touch pwned`',
    'a\ntouch pwned',
    '--all',
    'a\u202eb',
  ];
  const WORD = /^(?:'[^']*'|\\'|[\w@%+=:,./|-])+$/;

  test.each(texts)('%j stays in quotes, on one line', (text) => {
    const service = ecsService({ clusterArn: text, serviceName: text, taskDefinition: text });
    const worlds = [
      group('web', { workload: { ecsService: service } }),
      edits(
        groupTag('web', 'ingress.k8s.aws/stack', `${text}/${text}`),
        groupTag('web', 'ingress.k8s.aws/resource', `${text}/${text}-${text}:80`),
        loadBalancerTag('ingress.k8s.aws/stack', `${text}/${text}`),
      ),
      edits(
        loadBalancerTag('aws:cloudformation:stack-name', text),
        loadBalancerTag('aws:cloudformation:logical-id', text),
        groupTag('web', 'gateway.k8s.aws.alb/stack', `${text}/${text}`),
      ),
    ];
    const lines = worlds.flatMap((world) =>
      NAMED_CAUSES.flatMap((cause) =>
        asked(cause, lambdaGroup('fn'), world, declared(5), idleTimeout(60)),
      ).flatMap(({ title, why, commands, rollback }) => [title, why, ...commands, ...rollback]),
    );
    expect(lines.filter((line) => /[\n\r\u202e]/.test(line))).toEqual([]);
    for (const line of lines.filter((one) => /^(?:aws|kubectl|alb502) /.test(one)))
      for (const word of line.split('   # ')[0]?.match(/(?:'[^']*'|\\'|\S)+/g) ?? [])
        expect([line, word]).toEqual([line, expect.stringMatching(WORD)]);
  });
});

describe('all advice, and what is asked for,', () => {
  const title = 'Advice in each kind of surroundings, and what is asked for, as the code writes it';
  const expected = expectedTexts(new URL('advice.md', import.meta.url), title, ADVICE);

  test('is in advice.md', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(ADVICE));
  });

  test.each(Object.entries(ADVICE))('reads as there: %s', (name, text) => {
    expect(text()).toBe(expected[name]);
  });
});
