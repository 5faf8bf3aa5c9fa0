import { describe, expect, test } from 'vitest';
import type { CheckedContainer } from '../../../check/model.ts';
import { imageOf } from '../../../check/read/servers/docker-image.ts';
import { programFolder } from '../../../check/read/servers/program-folder.ts';
import { besideOf, factsOf, startedServer, summaries, summary } from './reading.ts';

const container = (of: Partial<CheckedContainer>): CheckedContainer => ({
  name: 'web',
  place: { file: 'task.json', line: 7 },
  image: null,
  builtFrom: null,
  entryPoint: null,
  command: null,
  environment: {},
  ports: [],
  stopTimeoutSeconds: null,
  preStopSeconds: null,
  ...of,
});

const image = (text: string) => {
  const found = imageOf({ path: 'app/Dockerfile', text });
  if (found === null) throw new Error('no Dockerfile');
  return found;
};

describe('a Dockerfile', () => {
  test('its last stage, with what it takes from the stages before', () => {
    const text = [
      '# syntax=docker/dockerfile:1',
      'ARG NODE=20',
      'FROM node:$' + '{NODE}-alpine AS base',
      'ENV PORT=3000 KEEP="a b"',
      'ENV API_TOKEN=abcdef0123456789',
      'CMD ["node", "old.js"]',
      'FROM base AS build',
      'RUN npm ci',
      'FROM base',
      'COPY --from=build /app /app',
      'COPY --chown=node nginx.conf \\',
      '  # where it goes',
      '  /etc/nginx/nginx.conf',
      'COPY ["a b.conf", "/etc/"]',
      'EXPOSE $PORT 9090/tcp 53/udp',
      'CMD node \\',
      '    server.js',
      'ENTRYPOINT ["tini", "--"]',
    ].join('\r\n');
    expect(image(text)).toEqual({
      id: 'app/Dockerfile',
      place: { file: 'app/Dockerfile', line: 16 },
      folder: 'app',
      from: 'node:20-alpine',
      entryPoint: ['tini', '--'],
      command: ['/bin/sh', '-c', expect.stringMatching(/^node\s+server\.js$/)],
      environment: { PORT: '3000', KEEP: 'a b' },
      ports: [3000, 9090],
      copies: [
        { from: 'nginx.conf', to: '/etc/nginx/nginx.conf' },
        { from: 'a b.conf', to: '/etc/' },
      ],
    });
  });

  test('an ENTRYPOINT takes away a CMD that was inherited', () => {
    const found = image('FROM a AS one\nCMD ["x"]\nFROM one\nENTRYPOINT ["y"]\n');
    expect(found).toMatchObject({ from: 'a', entryPoint: ['y'], command: null, place: { line: 4 } });
  });

  test.each([
    ['FROM node:20\nCMD ["node", "server.js"]', 'node 5 default Dockerfile:2', 'its code or framework'],
    [
      'FROM node:20\nCMD gunicorn app:app -k gthread --keep-alive 65',
      'gunicorn 65 set Dockerfile:2',
      undefined,
    ],
    [
      'FROM python\nENV UVICORN_TIMEOUT_KEEP_ALIVE=75\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["uvicorn", "app:app"]',
      'uvicorn 75 set Dockerfile:4',
      undefined,
    ],
    ['FROM nginx:1.27', 'nginx 65 default Dockerfile:1', 'its nginx.conf (often 65 s)'],
    ['FROM php:8.3-apache', 'apache 5 default Dockerfile:1', 'its configuration files'],
    [
      'FROM alpine\nCMD ["nginx", "-g", "daemon off;"]',
      'nginx unknown Dockerfile:2',
      'its nginx.conf (often 65 s)',
    ],
  ])('%j starts %s', (text, expected, unless) => {
    const { servers } = factsOf({ Dockerfile: text });
    expect(servers.map(summary)).toEqual([expected]);
    expect(servers[0]?.unless).toBe(unless);
  });

  test('what starts no known server has none, whatever it is built on', () => {
    const ownScript = 'FROM python:3.12\nENV UVICORN_TIMEOUT_KEEP_ALIVE=75\nCMD ["python", "main.py"]';
    expect(summaries({ Dockerfile: ownScript })).toEqual([]);
    expect(summaries({ Dockerfile: 'FROM nginx:1.27\nCMD ["./start"]' })).toEqual([]);
    expect(factsOf({ Dockerfile: 'no dockerfile', 'Dockerfile.md': 'FROM nginx' }).images).toEqual([]);
  });

  test.each(['Dockerfile', 'Dockerfile.prod', 'web.Dockerfile', 'Containerfile', 'a/b/Dockerfile'])(
    '%s is read',
    (path) => {
      expect(factsOf({ [path]: 'FROM nginx:1' }).images).toHaveLength(1);
    },
  );

  test('hostile text neither hangs nor throws', () => {
    for (const piece of ['$' + '{', 'FROM a AS b\n', '\\\n', 'ENV A=$A$A\n', '[', '"', 'ARG X=$X$X\n'])
      expect(() =>
        factsOf({
          Dockerfile: `FROM a\nENV A=aaaa\nARG X=xx\nCMD ${piece.repeat(500)}\n${piece.repeat(500)}`,
        }),
      ).not.toThrow();
  });
});

describe('processes and services', () => {
  test('a Procfile', () => {
    const { workloads, servers } = factsOf({
      Procfile: 'release: rake db:migrate\nweb: bundle exec puma -C config/puma.rb\n',
      'Gemfile.lock': '    puma (7.0.4)\n',
    });
    expect(workloads).toMatchObject([{ id: 'Procfile#web', format: 'Procfile', place: { line: 2 } }]);
    expect(servers).toMatchObject([{ server: 'puma', version: '7.0.4', keepAliveSeconds: { value: 65 } }]);
    expect(factsOf({ Procfile: 'worker: x\n' })).toMatchObject({ workloads: [], servers: [] });
  });

  test('a compose file', () => {
    const { workloads, unread } = factsOf({
      'deploy/docker-compose.yml': [
        'x-common: &common',
        '  environment:',
        '    PORT: 8000',
        'services:',
        '  web:',
        '    <<: *common',
        '    build: { context: ../app, dockerfile: docker/Dockerfile }',
        '    command: gunicorn app:app --keep-alive 65',
        '    ports: ["80:8000", { target: 9000 }]',
        '    stop_grace_period: 1m30s',
        '  proxy:',
        '    image: nginx:1.27',
        '    environment: ["A=b", "DB_PASSWORD=hunter2hunter2"]',
      ].join('\n'),
    });
    expect(unread).toEqual([]);
    expect(workloads).toMatchObject([
      {
        id: 'deploy/docker-compose.yml#web',
        format: 'docker compose',
        place: { line: 5 },
        containers: [
          {
            builtFrom: 'app/docker',
            command: ['gunicorn', 'app:app', '--keep-alive', '65'],
            environment: { PORT: '8000' },
            ports: [8000, 9000],
            stopTimeoutSeconds: { state: 'set', value: 90 },
          },
        ],
      },
      { containers: [{ image: 'nginx:1.27', builtFrom: null, environment: { A: 'b' } }] },
    ]);
    expect(factsOf({ 'compose.yaml': 'services:\n  web:\n bad: [\n' }).unread).toMatchObject([
      { place: { file: 'compose.yaml' }, what: 'docker compose file' },
    ]);
  });

  test.each([
    [{ command: ['gunicorn', '-k', 'gevent', '--keep-alive', '70'] }, null, 'gunicorn 70 set task.json:7'],
    [{ image: 'nginx:1.27' }, null, 'nginx 65 default task.json:7'],
    [
      { image: 'traefik:3', command: ['--entrypoints.web.transport.respondingTimeouts.idleTimeout=75s'] },
      null,
      'traefik 75 set task.json:7',
    ],
    [{ image: 'registry/shop:3' }, null, null],
    [
      { environment: { UVICORN_TIMEOUT_KEEP_ALIVE: '66' } },
      'FROM python\nCMD ["uvicorn", "a:b"]',
      'uvicorn 66 set task.json:7',
    ],
    [
      { command: ['uvicorn', 'a:b', '--timeout-keep-alive', '77'] },
      'FROM python\nCMD ["node", "x.js"]',
      'uvicorn 77 set task.json:7',
    ],
    [{ environment: { SERVER_TOMCAT_KEEPALIVETIMEOUT: '75s' } }, null, 'spring-boot 75 set task.json:7'],
  ] as const)('a container %j on %j', (of, dockerfile, expected) => {
    const server = startedServer(container(of), dockerfile === null ? null : image(dockerfile));
    expect(server && summary(server)).toBe(expected);
  });

  test('what sets it is spelled as it is set there', () => {
    const spelled = (of: Partial<CheckedContainer>) => startedServer(container(of), null)?.keepAliveAs;
    expect(spelled({ command: ['uvicorn', 'a:b'] })).toEqual({
      template: '--timeout-keep-alive %s',
      unit: 'seconds',
    });
    expect(spelled({ command: ['next', 'start'] })).toEqual({
      template: '--keepAliveTimeout %s',
      unit: 'milliseconds',
    });
    expect(spelled({ environment: { PUMA_PERSISTENT_TIMEOUT: '65' } })).toEqual({
      template: 'PUMA_PERSISTENT_TIMEOUT=%s',
      unit: 'seconds',
    });
  });
});

describe('the folder of a program', () => {
  const beside = besideOf({ 'shop/package.json': '{}', 'shop/api/Dockerfile': 'FROM a' });
  test.each([
    ['shop/src/a.js', 'shop'],
    ['shop/api/src/deep/a.js', 'shop/api'],
    ['docs/a.conf', 'docs'],
    ['a.conf', '.'],
  ])('%s belongs to %s', (path, expected) => {
    expect(programFolder(path, beside)).toBe(expected);
  });
});
