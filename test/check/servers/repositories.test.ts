import { describe, expect, test } from 'vitest';
import { checkRepository } from '../../../check/check-repository.ts';
import { headersTimeoutEndsIdle } from '../../../check/join/server-kind.ts';
import { READERS } from '../../../check/read/readers.ts';
import { serverOfContainer } from '../../../check/read/servers/server-of-container.ts';
import { besideOf, type Files, factsOf, summaries, summary } from './reading.ts';

/** What a whole check says of files: each server that was compared or could not be, and what was not read. */
function checked(files: Files, idleTimeoutSeconds: number | null = 60) {
  const beside = besideOf(files);
  const result = checkRepository({
    files: beside.paths.map((path) => ({ path, text: files[path] ?? '' })),
    documents: [],
    beside,
    readers: READERS.filter(({ prepare }) => prepare === undefined),
    serverOf: (container, image) => serverOfContainer(container, image, beside),
    idleTimeoutSeconds,
    byHand: null,
    baseline: null,
  });
  return {
    servers: result.paths.flatMap(({ server }) => (server === null ? [] : [summary(server)])),
    unread: result.unread.map(({ what, place }) => `${what} ${place.file}:${place.line}`),
    idle: result.paths.map(({ loadBalancer: { idleTimeout } }) =>
      idleTimeout.state === 'unknown' ? null : idleTimeout.value,
    ),
  };
}

const listening = (keepAliveMs: number): string =>
  `const app = require('express')();\nconst server = app.listen(80);\nserver.keepAliveTimeout = ${keepAliveMs};\n`;

const PUMA_FILE = 'port 3000\npersistent_timeout 77\n';

describe('a server that several files speak of is compared once', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    [
      'Puma, by Dockerfile, Procfile, one for development, and its own file',
      {
        Gemfile: 'gem "puma"\n',
        Dockerfile: 'FROM ruby:3.3\nCOPY . /app\nCMD ["bundle", "exec", "puma"]\n',
        Procfile: 'web: bundle exec puma\n',
        'Procfile.dev': 'web: bin/rails server\n',
        'config/puma.rb': PUMA_FILE,
      },
      ['puma 77 set config/puma.rb:2'],
    ],
    [
      'Puma, by a script of its image and its own file',
      {
        Gemfile: 'gem "puma"\n',
        Dockerfile: 'FROM ruby:3.3\nCOPY . /app\nENTRYPOINT ["/app/start.sh"]\n',
        'start.sh': 'bundle exec puma\n',
        'config/puma.rb': PUMA_FILE,
      },
      ['puma 77 set config/puma.rb:2'],
    ],
    [
      'Puma of a version that only its lock file says, by a service that is built from its Dockerfile',
      {
        'Gemfile.lock': 'GEM\n  specs:\n    puma (7.1.0)\n',
        Dockerfile: 'FROM ruby:3.3\nCOPY . /app\nCMD ["bundle", "exec", "puma"]\n',
        'compose.yml': 'services:\n  web:\n    build: .\n    command: bundle exec puma -p 3000\n',
      },
      ['puma 65 default Dockerfile:3'],
    ],
    [
      'services side by side below `src`, each of which copies its own `src`',
      {
        'src/cart/package.json': '{"dependencies":{"express":"4.19.2"}}',
        'src/cart/Dockerfile': 'FROM node:20\nCOPY ./src ./src\nCMD ["node", "src/main.js"]\n',
        'src/cart/src/main.js': listening(61_000),
        'src/till/package.json': '{"dependencies":{"express":"4.19.2"}}',
        'src/till/Dockerfile': 'FROM node:20\nCOPY . .\nCMD ["node", "src/main.js"]\n',
        'src/till/src/main.js': listening(62_000),
        'compose.yml': 'services:\n  cart:\n    build: src/cart\n  till:\n    build: src/till\n',
      },
      ['express 61 set src/cart/src/main.js:3', 'express 62 set src/till/src/main.js:3'],
    ],
    [
      'gunicorn, by Dockerfiles of another folder that name its file',
      {
        'docker/Dockerfile': 'FROM python:3.12\nCMD gunicorn -c /srv/web/settings_web.py shop:app\n',
        'docker/Dockerfile.test': 'FROM python:3.12\nCMD gunicorn -c /srv/web/settings_web.py shop:app\n',
        'web/settings_web.py': 'bind = ":80"\nworker_class = "gevent"\nkeepalive = 71\n',
      },
      ['gunicorn 71 set web/settings_web.py:3'],
    ],
    [
      'a service of two Compose files, one of them for development',
      {
        'docker-compose.yml': 'services:\n  api:\n    image: shop/api\n    command: uvicorn shop:app\n',
        'docker-compose-dev.yml': 'services:\n  api:\n    image: shop/api\n    command: uvicorn shop:app\n',
      },
      ['uvicorn 5 default docker-compose.yml:2'],
    ],
    [
      'a source that would start a server by itself, and the command that starts it another way',
      {
        Dockerfile: 'FROM python:3.12\nCOPY . /app\nCMD gunicorn -k uvicorn.workers.UvicornWorker main:app\n',
        'main.py': 'import uvicorn\nif __name__ == "__main__":\n    uvicorn.run("main:app", port=80)\n',
      },
      ['gunicorn-uvicorn 2 default Dockerfile:3'],
    ],
    [
      'a program that is found in a file for development alone',
      { 'Procfile.dev': 'web: uvicorn shop:app\n' },
      ['uvicorn 5 default Procfile.dev:1'],
    ],
    [
      'sources that come over a stage of the build',
      {
        'api/Dockerfile':
          'FROM node:22 AS build\nCOPY ./api/service ./service\nFROM node:22\nCOPY --from=build /service /service\nCMD ["node", "index.js"]\n',
        'api/service/package.json': '{"dependencies": {}}',
        'api/service/index.js':
          "const http = require('node:http');\nconst s = http.createServer();\ns.keepAliveTimeout = 80000;\ns.listen(80);\n",
      },
      ['node 80 set api/service/index.js:3'],
    ],
  ])('%s', (_name, files, expected) => {
    expect(checked(files).servers).toEqual(expected);
  });
});

describe('what is not read is said', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    ['an app of the CDK', { 'infra/cdk.json': '{}' }, ['CDK app infra/cdk.json:1']],
    [
      'a source of the CDK without its file',
      {
        'lib/stack.ts':
          "import x from 'y';\nimport * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';\n",
      },
      ['load balancers in the source of a CDK app lib/stack.ts:2'],
    ],
    [
      'no app of the CDK: its output is there',
      { 'cdk.json': '{}', 'cdk.out/Shop.template.json': '{"Resources": {}}' },
      [],
    ],
    [
      'a server of a framework of Go',
      { 'cmd/main.go': 'package main\nfunc main() {\n\tapp := fiber.New()\n}\n' },
      ['server in Go (fasthttp, Fiber, Echo, Gin) cmd/main.go:3'],
    ],
    [
      'a server in Rust',
      { 'src/main.rs': 'axum::serve(listener, app).await?;\n' },
      ['server in Rust src/main.rs:1'],
    ],
    ['no server', { 'src/lib.rs': 'pub fn add() {}\n', 'a.go': 'package a\n' }, []],
  ])('%s', (_name, files, expected) => {
    expect(checked(files).unread).toEqual(expected);
  });
});

describe('Node sources', () => {
  const app = "const http = require('http');\nconst app = require('express')();\n";
  test.each<readonly [string, string, readonly string[]]>([
    [
      'an application is the handler of a server, no options',
      `${app}const s = http.createServer(app);\ns.listen(80);\n`,
      ['express 5 default web/main.js:3'],
    ],
    [
      'a server that a condition chooses',
      `${app}const https = require('https');\nconst s = tls ? https.createServer({}, app) : http.createServer(app);\ns.keepAliveTimeout = 72000;\ns.listen(80);\n`,
      ['express 72 set web/main.js:5', 'express 72 set web/main.js:5'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(
      summaries({
        'web/main.js': text,
        'web/package.json': '{"dependencies": {"express": "4"}, "engines": {"node": "20"}}',
      }),
    ).toEqual(expected);
  });
});

test('target groups whose listener is a parameter stand behind the only load balancer', () => {
  const result = checked(
    {
      'network.yml':
        'Resources:\n  Alb:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n          Value: "33"\n',
      'service.yml':
        'Parameters:\n  Listener:\n    Type: String\nResources:\n  Group:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n    Properties:\n      TargetType: ip\n      Port: 80\n      Protocol: HTTP\n  Rule:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: !Ref Listener\n      Actions:\n        - Type: forward\n          TargetGroupArn: !Ref Group\n  Service:\n    Type: AWS::ECS::Service\n    Properties:\n      TaskDefinition: !Ref Task\n      LoadBalancers:\n        - ContainerName: web\n          ContainerPort: 80\n          TargetGroupArn: !Ref Group\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      ContainerDefinitions:\n        - Name: web\n          Image: shop/web\n          Command: [uvicorn, "shop:app"]\n',
    },
    null,
  );
  expect(result).toEqual({ servers: ['uvicorn 5 default service.yml:30'], unread: [], idle: [33] });
});

test.each<readonly [string, boolean]>([
  ['16', true],
  ['18', false],
  ['18.1', true],
  ['18.20', false],
])('headersTimeout of Node.js %s ends idle connections: %s', (version, expected) => {
  const [server] = factsOf({
    Dockerfile: `FROM node:${version}\nCMD ["node", "main.js"]\n`,
    'package.json': '{}',
  }).servers;
  expect(server && headersTimeoutEndsIdle(server)).toBe(expected);
});
