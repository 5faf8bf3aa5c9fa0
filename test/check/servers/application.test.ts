import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, factsOf, summaries } from './reading.ts';

const SPRING_POM = (starter: string) =>
  `<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent><!-- spring-boot-starter-jetty --><dependency><artifactId>${starter}</artifactId></dependency></project>`;

const CASES: readonly {
  readonly name: string;
  readonly files: Files;
  readonly expected: readonly string[];
}[] = [
  {
    name: 'gunicorn: worker class and keep-alive',
    files: { 'gunicorn.conf.py': 'bind = "0.0.0.0:8000"\nworker_class = "gthread"\nkeepalive = 65\n' },
    expected: ['gunicorn 65 set gunicorn.conf.py:3'],
  },
  {
    name: 'gunicorn: the sync worker ignores what is set',
    files: { 'gunicorn.conf.py': 'worker_class = "sync"\nkeepalive = 65\n' },
    expected: ['gunicorn-sync each-response gunicorn.conf.py:2'],
  },
  {
    name: 'gunicorn: threads make gthread of sync',
    files: { 'gunicorn.conf.py': 'threads = 4\n' },
    expected: ['gunicorn 2 default gunicorn.conf.py:1'],
  },
  {
    name: 'gunicorn: uvicorn workers, a variable with a default, a remark',
    files: {
      'gunicorn_conf.py':
        'import os\n# keepalive = 1\nworker_class = "uvicorn.workers.UvicornWorker"\nkeepalive: int = int(os.environ.get("KEEP_ALIVE", "75"))\n',
    },
    expected: ['gunicorn-uvicorn 75 set gunicorn_conf.py:4'],
  },
  {
    name: 'gunicorn: a keep-alive alone counts for the worker class of the command',
    files: {
      'gunicorn.conf.py': 'keepalive = 60 + 5\n',
      Dockerfile:
        'FROM python:3.12\nCMD ["gunicorn", "-k", "uvicorn.workers.UvicornWorker", "-c", "gunicorn.conf.py", "app:app"]',
    },
    expected: ['gunicorn-uvicorn 2 default Dockerfile:2', 'gunicorn-uvicorn 65 set gunicorn.conf.py:1'],
  },
  {
    name: 'gunicorn: under a condition',
    files: { 'gunicorn.conf.py': 'threads = 4\nif debug:\n    keepalive = 1\nelse:\n    keepalive = 65\n' },
    expected: ['gunicorn unknown gunicorn.conf.py:5'],
  },
  {
    name: 'uvicorn.run, by any import',
    files: {
      'a.py':
        'import uvicorn\nuvicorn.run("app:app", host="0.0.0.0", port=8000,\n            timeout_keep_alive=65)\n',
      'b.py': 'from uvicorn import run as serve\nserve(app)\n',
      'c.py': 'import uvicorn\nuvicorn.run(app, **options)\n',
      'tests/d.py': 'import uvicorn\nuvicorn.run(app)\n',
    },
    expected: ['uvicorn 65 set a.py:3', 'uvicorn 5 default b.py:2', 'uvicorn unknown c.py:2'],
  },
  {
    name: 'hypercorn and aiohttp',
    files: {
      'a.py': 'from hypercorn.config import Config\nconfig = Config()\nconfig.keep_alive_timeout = 65\n',
      'b.py': 'from aiohttp import web\nweb.run_app(app, keepalive_timeout=90)\n',
    },
    expected: ['hypercorn 65 set a.py:3', 'aiohttp 90 set b.py:2'],
  },
  {
    name: 'uWSGI',
    files: {
      'a.ini': '[uwsgi]\nhttp = :8080\nhttp-keepalive = 65\n',
      'b.ini': '[uwsgi]\nhttp = :8080\n',
      'c.ini': '[uwsgi]\nsocket = /run/a.sock\nhttp-keepalive = 65\n',
      'd.ini': '[uwsgi]\nhttp = :8080\nhttp-keepalive = true\n',
      'e.ini': '[pytest]\nhttp = 1\n',
    },
    expected: ['uwsgi 65 set a.ini:3', 'uwsgi each-response-unannounced b.ini:2', 'uwsgi 60 set d.ini:3'],
  },
  {
    name: 'Puma',
    files: {
      'config/puma.rb':
        '# persistent_timeout 1\nport ENV.fetch("PORT") { 3000 }\n=begin\npersistent_timeout 2\n=end\npersistent_timeout 75 # seconds\n',
      'Gemfile.lock': 'GEM\n  specs:\n    puma (6.4.2)\n      nio4r (~> 2.0)\n',
    },
    expected: ['puma 75 set config/puma.rb:6'],
  },
  {
    name: 'Puma: its default is by the version of Gemfile.lock',
    files: {
      'a/config/puma.rb': 'workers 2\n',
      'a/Gemfile.lock': '    puma (6.4.2)\n',
      'b/config/puma.rb': 'workers 2\n',
      'b/Gemfile.lock': '    puma (7.1.0)\n',
      'c/config/puma.rb': 'workers 2\n',
    },
    expected: [
      'puma 20 default a/config/puma.rb:1',
      'puma 65 default b/config/puma.rb:1',
      'puma unknown c/config/puma.rb:1',
    ],
  },
  {
    name: 'Puma: spellings of a number',
    files: {
      'a/puma.rb': 'persistent_timeout(ENV.fetch("PERSISTENT_TIMEOUT", 75).to_i)\n',
      'b/puma.rb': 'persistent_timeout Integer(ENV["PERSISTENT_TIMEOUT"] || 75)\n',
      'c/puma.rb': 'persistent_timeout 60 * 2\n',
      'd/puma.rb': 'persistent_timeout timeout_from_config\n',
      'e/puma.rb': 'persistent_timeout 75 if ENV["ALB"]\n',
      'f/puma.rb': 'if production?\n  persistent_timeout 75\nend\n',
    },
    expected: [
      'puma 75 set a/puma.rb:1',
      'puma 75 set b/puma.rb:1',
      'puma 120 set c/puma.rb:1',
      'puma unknown d/puma.rb:1',
      'puma unknown e/puma.rb:1',
      'puma unknown f/puma.rb:2',
    ],
  },
  {
    name: 'Spring Boot: YAML with profiles, relaxed names',
    files: {
      'pom.xml': SPRING_POM('spring-boot-starter-web'),
      'src/main/resources/application.yml':
        'server:\n  tomcat:\n    keepAliveTimeout: 75s\n---\nspring:\n  config:\n    activate:\n      on-profile: dev\nserver.tomcat.keep-alive-timeout: 5000\n---\nspring.profiles: x\n',
    },
    expected: [
      'spring-boot 75 set src/main/resources/application.yml:3',
      'spring-boot 5 set src/main/resources/application.yml:9',
    ],
  },
  {
    name: 'Spring Boot: properties, durations and placeholders',
    files: {
      'build.gradle': "implementation 'org.springframework.boot:spring-boot-starter-webflux'",
      'src/main/resources/application.properties':
        '# server.netty.idle-timeout=1s\nserver.port = 8081\nserver.netty.idle-timeout=\\\n  PT1M15S\n',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file is written so
      'src/main/resources/application-prod.properties': 'server.netty.idle-timeout: ${IDLE:90s}\n',
    },
    expected: [
      'spring-boot-netty 90 set src/main/resources/application-prod.properties:1',
      'spring-boot-netty 75 set src/main/resources/application.properties:3',
    ],
  },
  {
    name: 'Spring Boot: the server by the build file, with its default',
    files: {
      'a/pom.xml': SPRING_POM('spring-boot-starter-web'),
      'a/application.yml': 'spring:\n  application: {}\n',
      'b/pom.xml': SPRING_POM('spring-boot-starter-undertow'),
      'b/application.yml': 'spring:\n  application: {}\n',
      'c/pom.xml': SPRING_POM('spring-boot-starter-webflux'),
      'c/application.yml': 'spring:\n  application: {}\n',
      'd/application.yml': 'name: something else\n',
    },
    expected: [
      'spring-boot 60 default a/application.yml:1',
      'spring-boot-undertow 60 default b/application.yml:1',
      'spring-boot-netty never c/application.yml:1',
    ],
  },
];

describe('configuration of application servers', () => {
  test.each(CASES)('$name', ({ files, expected }) => {
    expect(summaries(files)).toEqual(expected);
  });

  test('what else Spring Boot says', () => {
    const { servers } = factsOf({
      'application.properties':
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the file is written so
        'server.tomcat.keep-alive-timeout=75s\nserver.tomcat.max-keep-alive-requests=-1\nserver.shutdown=graceful\nserver.port=${PORT:8081}\n',
    });
    expect(servers).toMatchObject([
      {
        keepAliveAs: { template: 'server.tomcat.keep-alive-timeout=%ss' },
        requestsPerConnection: { state: 'set', value: null, place: { line: 2 } },
        closesIdleOnShutdown: true,
        ports: [8081],
      },
    ]);
  });

  test('YAML that is broken says so, with its line', () => {
    expect(factsOf({ 'application.yml': 'server:\n  port: 1\n bad: [\n' }).unread).toMatchObject([
      { place: { file: 'application.yml' } },
    ]);
  });

  test('a variable of the environment that would take its place is named', () => {
    const { servers } = factsOf({
      'gunicorn.conf.py': 'import os\nthreads = 2\nkeepalive = int(os.getenv("KEEP_ALIVE", default=65))\n',
      'puma.rb': 'persistent_timeout ENV.fetch("PERSISTENT") { 70 }\n',
    });
    expect(servers.map(({ keepAliveSeconds }) => keepAliveSeconds)).toMatchObject([
      { state: 'set', value: 65, variable: 'KEEP_ALIVE' },
      { state: 'set', value: 70, variable: 'PERSISTENT' },
    ]);
  });

  test('blanks and remarks change nothing that gunicorn reads', () => {
    const noise = fc.constantFrom(
      '',
      '\n',
      '# keepalive = 1\n',
      '"""\nkeepalive = 2\n"""\n',
      'x = {"keepalive": 3}\n',
    );
    fc.assert(
      fc.property(
        noise,
        noise,
        fc.integer({ min: 1, max: 3600 }),
        fc.constantFrom('=', ' = ', ': int = '),
        (before, after, seconds, sign) => {
          const text = `${before}threads = 2\nkeepalive${sign}${seconds} # "\n${after}`;
          expect(factsOf({ 'gunicorn.conf.py': text }).servers).toMatchObject([
            { keepAliveSeconds: { state: 'set', value: seconds } },
          ]);
        },
      ),
    );
  });

  test.each([
    ['a.py', `import uvicorn\nuvicorn.run(${'('.repeat(20_000)}`],
    ['a.py', `import uvicorn\nx = a${'().b'.repeat(10_000)}\n`],
    ['gunicorn.conf.py', `keepalive = ${'1 + '.repeat(20_000)}1`],
    ['puma.rb', `persistent_timeout ${'('.repeat(50_000)}\nworkers ${'ENV['.repeat(20_000)}`],
    ['application.properties', `server.port${' '.repeat(200_000)}\\\n${'\\'.repeat(100_000)}`],
    ['application.yml', `a: &a [x]\nb: ${'['.repeat(3000)}`],
    ['pom.xml', '<!--'.repeat(100_000)],
  ])('hostile text in %s neither hangs nor throws', (path, text) => {
    expect(() => factsOf({ [path]: text, 'x/application.yml': 'server.port: 1' })).not.toThrow();
  });
});
