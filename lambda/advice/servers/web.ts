import { type ServerRow, wholeSeconds } from '../server.ts';

const NGINX_CHANGE: NonNullable<ServerRow['change']> = (seconds) => [
  `keepalive_timeout ${wholeSeconds(seconds)}s;`,
];

/** What nginx and the servers built on it have in common. */
const NGINX = {
  layer: 'web server',
  setting: 'keepalive_timeout',
  unit: 'seconds',
  where: '/etc/nginx/nginx.conf, http block (not an upstream block)',
  idleClose: [{ since: null, value: 75 }],
  change: NGINX_CHANGE,
  alsoWrite: () => ['keepalive_requests 10000;', 'keepalive_time 24h; # 1.19.10 and later'],
  comment: '#',
  longestSeconds: null,
  companions: [
    'Packaged nginx.conf files often set 65: look there and in conf.d before trusting the default',
    'keepalive_time (1 h, since 1.19.10) closes after the next response; leave the line out on older versions',
    'Idle connections are closed early when worker_connections run short, and on every reload',
  ],
  sideEffects: [
    'Each idle connection holds one of worker_connections (512 by default)',
    'A reload closes the idle connections of the old workers: a few more 502s may show once',
  ],
  reload: 'nginx -t && nginx -s reload',
  confidence: 'documented',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout',
} as const satisfies Partial<ServerRow>;

const NGINX_REQUESTS: ServerRow['requestsPerConnection'] = {
  setting: 'keepalive_requests',
  defaults: [
    { since: '1.19.10', value: 1000 },
    { since: null, value: 100 },
  ],
  announced: true,
};

/** Web servers that stand in front of applications. */
export const WEB_SERVERS: readonly ServerRow[] = [
  {
    ...NGINX,
    id: 'nginx',
    aliases: ['nginx-plus', 'nginx-ingress', 'ingress-nginx'],
    name: 'nginx',
    versionOf: 'itself',
    requestsPerConnection: NGINX_REQUESTS,
  },
  {
    ...NGINX,
    id: 'openresty',
    aliases: ['kong', 'apisix', 'tengine'],
    name: 'OpenResty and others built on nginx',
    where: 'nginx.conf of the product, http block',
    versionOf: 'itself',
    requestsPerConnection: NGINX_REQUESTS,
    reload: 'openresty -t && openresty -s reload',
  },
  {
    ...NGINX,
    id: 'php-fpm',
    aliases: ['php', 'phpfpm'],
    name: 'PHP-FPM behind nginx',
    where:
      "the web server in front: PHP-FPM speaks FastCGI and holds none of the load balancer's connections",
    versionOf: 'another product',
    requestsPerConnection: NGINX_REQUESTS,
    companions: [
      'Behind Apache: KeepAliveTimeout of Apache counts instead',
      'A dead PHP-FPM makes the web server answer 502 itself: that shows as a target 5xx, not as an ELB 502',
    ],
  },
  {
    id: 'apache',
    aliases: ['httpd', 'apache2', 'apache-httpd', 'apache-http-server', 'mod-php'],
    name: 'Apache httpd',
    layer: 'web server',
    setting: 'KeepAliveTimeout',
    unit: 'seconds',
    where: '/etc/apache2/apache2.conf or httpd.conf, server or virtual host',
    idleClose: [{ since: null, value: 5 }],
    versionOf: 'itself',
    change: (seconds) => ['KeepAlive On', `KeepAliveTimeout ${wholeSeconds(seconds)}`],
    alsoWrite: () => ['MaxKeepAliveRequests 0'],
    comment: '#',
    longestSeconds: null,
    companions: [
      'MaxKeepAliveRequests (100) closes a connection after so many requests; 0 is unlimited',
      'A virtual host can set its own KeepAliveTimeout; of name-based hosts on one address, the first one counts',
      'The event MPM closes idle connections early when it runs out of workers',
    ],
    sideEffects: [
      'prefork and worker: each idle connection holds a process or thread of MaxRequestWorkers for the whole time; event does not',
      "With prefork, size MaxRequestWorkers for the load balancer nodes' idle connections, or lower the idle timeout instead",
    ],
    requestsPerConnection: {
      setting: 'MaxKeepAliveRequests',
      defaults: [{ since: null, value: 100 }],
      announced: true,
    },
    reload: 'apachectl configtest && apachectl graceful',
    confidence: 'documented',
    source: 'https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout',
  },
  {
    id: 'lighttpd',
    aliases: [],
    name: 'lighttpd',
    layer: 'web server',
    setting: 'server.max-keep-alive-idle',
    unit: 'seconds',
    where: '/etc/lighttpd/lighttpd.conf',
    idleClose: [{ since: null, value: 5 }],
    versionOf: 'itself',
    change: (seconds) => [`server.max-keep-alive-idle = ${wholeSeconds(seconds)}`],
    alsoWrite: () => ['server.max-keep-alive-requests = 10000'],
    comment: '#',
    longestSeconds: 65_535,
    companions: [
      'server.max-keep-alive-requests (100, or 1000 in newer versions) closes after so many requests; 0 switches keep-alive off',
    ],
    sideEffects: ['Each idle connection counts against server.max-connections'],
    requestsPerConnection: {
      setting: 'server.max-keep-alive-requests',
      defaults: [{ since: null, value: 100 }],
      announced: null,
    },
    reload: 'systemctl restart lighttpd',
    confidence: 'documented',
    source: 'https://github.com/lighttpd/lighttpd1.4/blob/master/src/configfile.c',
  },
];
