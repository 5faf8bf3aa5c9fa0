import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, factsOf, summaries } from './reading.ts';

const NGINX = { Dockerfile: 'FROM nginx:1.27-alpine\n' };

const CASES: readonly {
  readonly name: string;
  readonly files: Files;
  readonly expected: readonly string[];
}[] = [
  {
    name: 'nginx: http level',
    files: { 'nginx.conf': 'events {}\nhttp {\n  keepalive_timeout 75s;\n  server { listen 8080; }\n}\n' },
    expected: ['nginx 75 set nginx.conf:3'],
  },
  {
    name: 'nginx: a server overrides http, and has its own ports',
    files: {
      'nginx.conf':
        'http {\n  keepalive_timeout 65 60;\n  server { listen 80; }\n  server {\n    listen 81;\n    keepalive_timeout 1m30s;\n  }\n}',
    },
    expected: ['nginx 65 set nginx.conf:2', 'nginx 90 set nginx.conf:6'],
  },
  {
    name: 'nginx: a location that is shorter counts, one that is longer does not',
    files: {
      'nginx.conf':
        'http {\n server {\n  keepalive_timeout 100;\n  location /a { keepalive_timeout 20; }\n  location /b { keepalive_timeout 200; }\n }\n}',
    },
    expected: ['nginx 20 set nginx.conf:4'],
  },
  {
    name: 'nginx: zero switches it off',
    files: { 'nginx.conf': 'http { keepalive_timeout 0; server { } }' },
    expected: ['nginx each-response nginx.conf:1'],
  },
  {
    name: 'nginx: the timeout of an upstream is of the next hop',
    files: {
      'nginx.conf':
        'http {\n upstream app { server a:1; keepalive 8; keepalive_timeout 10s; }\n server { }\n}',
    },
    expected: ['nginx 75 default nginx.conf:1'],
  },
  {
    name: 'nginx: a value that is put in',
    files: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the file is written so
      'nginx.conf.template': 'http {\n keepalive_timeout ${KEEP_ALIVE};\n server { listen ${PORT}; }\n}',
    },
    expected: ['nginx unknown nginx.conf.template:2'],
  },
  {
    name: 'nginx: milliseconds',
    files: { 'nginx.conf': 'http { keepalive_timeout 75000ms; server { } }' },
    expected: ['nginx 75 set nginx.conf:1'],
  },
  {
    name: 'nginx: what is included counts where it is included, and once',
    files: {
      'nginx/nginx.conf': 'http {\n  include /etc/nginx/conf.d/*.conf;\n}',
      'nginx/conf.d/app.conf': 'server {\n listen 80;\n keepalive_timeout 70;\n}',
    },
    expected: ['nginx 70 set nginx/conf.d/app.conf:3'],
  },
  {
    name: 'nginx: the file of a server alone, on the official image',
    files: { ...NGINX, 'default.conf': 'server {\n listen 80;\n}' },
    expected: ['nginx 65 default Dockerfile:1', 'nginx 65 default default.conf:1'],
  },
  {
    name: 'nginx: the file of a server alone, on an image that is not known',
    files: { 'default.conf': 'server {\n listen 80;\n}' },
    expected: ['nginx unknown default.conf:1'],
  },
  {
    name: 'nginx: a block in Lua is no configuration',
    files: {
      'nginx.conf':
        'http {\n init_by_lua_block {\n  local t = {a = 1}\n }\n keepalive_timeout 33;\n server { }\n}',
    },
    expected: ['nginx 33 set nginx.conf:5'],
  },
  {
    name: 'nginx: templates of Jinja',
    files: {
      'nginx.conf.j2':
        'http {\n{% if x %}\n  keepalive_timeout 44;\n{% endif %}\n  server { listen {{ port }}; }\n}',
    },
    expected: ['nginx 44 set nginx.conf.j2:3'],
  },
  {
    name: 'another .conf',
    files: { 'supervisord.conf': '[supervisord]\nnodaemon=true\n', 'log.conf': 'level = info' },
    expected: [],
  },
  {
    name: 'Apache: in any capitals, continued, with a remark',
    files: {
      'httpd.conf': '# KeepAliveTimeout 1\nServerRoot "/etc"\nkeepalivetimeout \\\n  65\nKeepAlive on\n',
    },
    expected: ['apache 65 set httpd.conf:3'],
  },
  {
    name: 'Apache: milliseconds',
    files: { 'httpd.conf': 'KeepAliveTimeout 500ms' },
    expected: ['apache 0.5 set httpd.conf:1'],
  },
  {
    name: 'Apache: off',
    files: { 'httpd.conf': 'KeepAlive Off\nKeepAliveTimeout 65' },
    expected: ['apache each-response httpd.conf:1'],
  },
  {
    name: 'Apache: a virtual host overrides the server',
    files: {
      'sites.conf':
        'KeepAliveTimeout 65\n<VirtualHost *:80>\n  KeepAliveTimeout 10\n</VirtualHost>\n<VirtualHost *:81>\n</VirtualHost>\n',
    },
    expected: ['apache 65 set sites.conf:1', 'apache 10 set sites.conf:3'],
  },
  {
    name: 'Apache: nothing is set',
    files: { 'vhost.conf': '<VirtualHost *:80>\nDocumentRoot /srv\n</VirtualHost>' },
    expected: ['apache 5 default vhost.conf:1'],
  },
  {
    name: 'HAProxy: the client timeout ends it where it is shorter',
    files: {
      'haproxy.cfg':
        'defaults\n  mode http\n  timeout client 50s\n  timeout http-keep-alive 2m\nfrontend web\n  bind *:80\n',
    },
    expected: ['haproxy 50 set haproxy.cfg:3'],
  },
  {
    name: 'HAProxy: bare numbers are milliseconds, and a frontend overrides its defaults',
    files: {
      'haproxy.cfg':
        'defaults\n mode http\n timeout client 100000\n timeout http-keep-alive 10s\nfrontend web\n bind :80\n timeout http-keep-alive 65000 # ms\n',
    },
    expected: ['haproxy 65 set haproxy.cfg:7'],
  },
  {
    name: 'HAProxy: http-request counts where http-keep-alive is not set',
    files: {
      'haproxy.cfg':
        'defaults\n mode http\n timeout client 90s\n timeout http-request 10s\nlisten web\n bind :80\n',
    },
    expected: ['haproxy 10 set haproxy.cfg:4'],
  },
  {
    name: 'HAProxy: TCP is not its own',
    files: { 'haproxy.cfg': 'defaults\n mode tcp\n timeout client 90s\nfrontend web\n bind :80\n' },
    expected: [],
  },
];

describe('configuration of web servers and proxies', () => {
  test.each(CASES)('$name', ({ files, expected }) => {
    expect(summaries(files)).toEqual(expected);
  });

  test('ports and requests of nginx', () => {
    const { servers } = factsOf({
      ...NGINX,
      'nginx.conf':
        'http {\n keepalive_requests 500;\n server { listen 80; listen [::]:80; }\n server { listen 127.0.0.1:8080 ssl; listen unix:/x; }\n}',
    });
    const nginx = servers.find(({ place }) => place.file === 'nginx.conf');
    expect(nginx).toMatchObject({
      version: '1.27',
      ports: [80, 8080],
      requestsPerConnection: { state: 'set', value: 500, place: { line: 2 } },
      closesIdleOnShutdown: true,
      keepAliveAs: { template: 'keepalive_timeout %ss;', unit: 'seconds' },
    });
  });

  test.each([
    ['nginx.conf', 'http {\n  keepalive_timeout 65\n}\n', 3, 'no ;'],
    ['nginx.conf', 'http {\n  server {\n    keepalive_timeout 65;\n}\n', 1, 'not closed'],
    ['nginx.conf', 'http { keepalive_timeout 65; }\n}', 2, 'closes no block'],
    ['nginx.conf', 'http {\n log_format x "abc;\n}', 2, 'quote'],
    ['site.conf', 'KeepAliveTimeout 5\n<VirtualHost *:80>\n', 2, 'not closed'],
  ])('%s that is broken says so, with its line', (path, text, line, why) => {
    const { unread, servers } = factsOf({ [path]: text });
    expect(servers).toEqual([]);
    expect(unread).toMatchObject([{ place: { file: path, line } }]);
    expect(unread[0]?.why).toContain(why);
  });

  test('blanks, remarks and quotes change nothing that nginx reads', () => {
    const noise = fc.constantFrom(' ', '\n', '\t', ' # keepalive_timeout 1; }\n', '\r\n', '  \n\n');
    fc.assert(
      fc.property(
        fc.array(noise, { minLength: 14, maxLength: 14 }),
        fc.nat(4000),
        fc.boolean(),
        (gaps, seconds, quoted) => {
          const value = quoted ? `"${seconds + 1}s"` : `${seconds + 1}s`;
          const parts = [
            'http',
            '{',
            'keepalive_timeout ',
            value,
            ';',
            'server',
            '{',
            'listen ',
            '8080',
            ';',
            '}',
            '}',
          ];
          const { servers, unread } = factsOf({
            'nginx.conf': parts.map((part, index) => `${gaps[index]}${part}`).join(''),
          });
          expect(unread).toEqual([]);
          expect(servers).toMatchObject([
            { ports: [8080], keepAliveSeconds: { state: 'set', value: seconds + 1 } },
          ]);
        },
      ),
    );
  });

  test('hostile text neither hangs nor throws', () => {
    const hostile = ['${', '{{', '{%', '"', "'", '\\', '<%=', 'server {', 'http{', '#', 'a '];
    for (const piece of hostile) {
      const text = `http { keepalive_timeout 5; ${piece.repeat(Math.floor(200_000 / piece.length))}`;
      expect(() => factsOf({ 'nginx.conf': text, 'httpd.conf': `KeepAlive On\n${text}` })).not.toThrow();
    }
  });
});
