import { describe, expect, test } from 'vitest';
import { checkedPaths, wholeCheck } from './whole-check.ts';

const EXPRESS = '{"dependencies":{"express":"4.19.2"}}';
const listening = (keepAliveMs: number): string =>
  `const app = require('express')();\nconst server = app.listen(3000);\nserver.keepAliveTimeout = ${keepAliveMs};\n`;
const service = (folder: string, keepAliveMs: number): Readonly<Record<string, string>> => ({
  [`${folder}/package.json`]: EXPRESS,
  [`${folder}/Dockerfile`]: 'FROM node:20\nCOPY . .\nCMD ["node", "server.js"]\n',
  [`${folder}/server.js`]: listening(keepAliveMs),
});
const TWO = { ...service('api', 61_000), ...service('jobs', 62_000) };
const task = (container: object): string =>
  JSON.stringify({ family: 'shop', containerDefinitions: [{ name: 'c', ...container }] });

describe('an ECS task definition is joined with the Dockerfile of its image', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'by what its name ends in, where the image is filled in by what deploys it',
      { ...TWO, 'ecs/web.json': task({ name: 'shop-api' }) },
      ['task definition shop > express 61', 'jobs/Dockerfile > express 62'],
    ],
    [
      'by a build of a pipeline',
      {
        ...TWO,
        'ecs/web.json': task({ image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/storefront:1' }),
        '.github/workflows/ship.yml':
          'jobs:\n  ship:\n    steps:\n      - run: |\n          docker build \\\n            --tag $REGISTRY/storefront:$TAG -f api/Dockerfile .\n',
      },
      ['task definition shop > express 61', 'jobs/Dockerfile > express 62'],
    ],
    [
      'by a step that builds and pushes it, with a name from a variable of the file',
      {
        ...TWO,
        'ecs/web.json': task({ image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/storefront:1' }),
        '.github/workflows/ship.yml': `env:\n  NAME: storefront\njobs:\n  ship:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: jobs\n          tags: ghcr.io/acme/\${{ env.NAME }}:1\n`,
      },
      ['task definition shop > express 62', 'api/Dockerfile > express 61'],
    ],
    [
      'and not with the Dockerfile of something else',
      { ...TWO, 'ecs/web.json': task({ name: 'agent', image: 'datadog/agent:7' }) },
      ['api/Dockerfile > express 61', 'jobs/Dockerfile > express 62'],
    ],
    [
      'and not the image of others with the only Dockerfile, where a service is built from that',
      {
        ...service('api', 61_000),
        'compose.yml': 'services:\n  api:\n    build: api\n  agent:\n    image: datadog/agent:7\n',
      },
      ['api > express 61'],
    ],
  ])('%s', (_name, files, expected) => {
    expect(checkedPaths(files)).toEqual(expected);
  });

  test('a variable that the task sets goes before the default of the script', () => {
    const files = {
      'api/Dockerfile': 'FROM python:3.12\nCOPY . .\nENTRYPOINT ["./run.sh"]\nCMD ["serve"]\n',
      'api/run.sh': `gunicorn --threads 2 --keep-alive \${KEEP:-2} shop.wsgi\n`,
      'jobs/Dockerfile': 'FROM python:3.12\nCMD ["python", "jobs.py"]\n',
      'ecs/web.json': task({ name: 'shop-api', environment: [{ name: 'KEEP', value: '75' }] }),
    };
    expect(checkedPaths(files)).toEqual(['task definition shop > gunicorn 75']);
  });
});

describe('what stands behind no load balancer is not compared', () => {
  const dockerfile = (command: string): string => `FROM node:20\nCOPY . .\nCMD ${command}\n`;
  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'a server of the tests in the image of a service',
      {
        ...service('.', 61_000),
        'compose.yml': 'services:\n  shop:\n    build: .\n',
        'e2e/mock-server.js': listening(5000),
        'loadtest/target.js': listening(5000),
      },
      ['shop > express 61'],
    ],
    [
      'unless a command starts it: the name of a folder alone hides nothing',
      {
        'package.json': EXPRESS,
        Dockerfile: dockerfile('["node", "test/server.js"]'),
        'test/server.js': listening(5000),
        'compose.yml': 'services:\n  shop:\n    build: .\n',
      },
      ['shop > express 5'],
    ],
    [
      'a worker whose sources listen nowhere',
      {
        'package.json': '{"dependencies":{"bullmq":"5.0.0"}}',
        Dockerfile: dockerfile('["node", "dist/worker.js"]'),
        'src/worker.ts':
          "import { Worker } from 'bullmq';\nimport { handle } from './handle.js';\nnew Worker('mail', handle);\n",
        'src/handle.ts': 'export const handle = async () => undefined;\n',
      },
      [],
    ],
    [
      'but a program that cannot be followed to its end is',
      {
        'package.json': '{"dependencies":{"framework-of-ours":"workspace:*"}}',
        Dockerfile: dockerfile('["node", "dist/worker.js"]'),
        'src/worker.ts': "import { start } from 'framework-of-ours';\nstart();\n",
      },
      ['Dockerfile > node 5'],
    ],
    [
      'a worker of an image whose other command serves',
      {
        ...service('.', 61_000),
        'package.json': '{"dependencies":{"express":"4.19.2","bullmq":"5.0.0"}}',
        'worker.js': "require('bullmq');\n",
        'compose.yml':
          'services:\n  web:\n    build: .\n  worker:\n    build: .\n    command: node worker.js\n',
      },
      ['web > express 61'],
    ],
    [
      "a development server of somebody's Compose file",
      {
        'ui/package.json': '{"scripts":{"start":"react-scripts start"}}',
        'compose.yml':
          'services:\n  ui:\n    image: node:20\n    volumes:\n      - ./ui:/app\n    command: yarn start\n',
      },
      [],
    ],
    [
      'a development server that a Dockerfile starts by a script',
      {
        'package.json': '{"scripts":{"start":"vite --host"}}',
        Dockerfile: dockerfile('["npm", "start"]'),
      },
      [],
    ],
  ])('%s', (_name, files, expected) => {
    expect(checkedPaths(files)).toEqual(expected);
  });
});

describe('what is shown to others', () => {
  const severities = (files: Readonly<Record<string, string>>) =>
    wholeCheck(files).findings.map(({ severity, place, assumed }) => [severity, place.file, ...assumed]);
  const nginx = 'http {\n  keepalive_timeout 5;\n  server { listen 80; }\n}\n';

  test('is a note beside a program, and all there is in a repository of examples', () => {
    expect(severities({ ...service('api', 75_000), 'examples/nginx/nginx.conf': nginx })).toEqual([
      ['note', 'examples/nginx/nginx.conf', 'it is an example, and deployed by those who copy it'],
    ]);
    expect(severities({ 'examples/nginx/nginx.conf': nginx })).toEqual([
      ['error', 'examples/nginx/nginx.conf'],
    ]);
  });

  test('a server that listens on its own machine alone is none', () => {
    const local = (host: string): Readonly<Record<string, string>> => ({
      'package.json': EXPRESS,
      'server.js': `const app = require('express')();\napp.listen(3000${host});\n`,
    });
    expect(checkedPaths(local(", '127.0.0.1'"))).toEqual([]);
    expect(checkedPaths(local(", '0.0.0.0'"))).toEqual(['Dockerfile > express 5']);
  });
});
