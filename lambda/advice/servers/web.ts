import { ENDS_WHAT_IS_IN_FLIGHT, type ServerRow, serverRow, wholeSeconds } from '../server.ts';

const NGINX_CHANGE: NonNullable<ServerRow['change']> = (seconds) => [
  `keepalive_timeout ${wholeSeconds(seconds)}s;`,
];

/** What nginx and the servers built on it have in common. */
const NGINX = {
  layer: 'web server',
  setting: 'keepalive_timeout',
  where: '/etc/nginx/nginx.conf, http block (not an upstream block)',
  idleClose: [{ since: null, value: 75 }],
  change: NGINX_CHANGE,
  alsoWrite: () => ['keepalive_requests 10000;'],
  companions: [
    'Packaged nginx.conf files often set 65: look there and in conf.d before trusting the default',
    'keepalive_time (1 h, since 1.19.10) closes a connection with its next response, and announces that',
    'Idle connections are closed early when worker_connections run short, and on every reload',
  ],
  sideEffects: [
    'Each idle connection holds one of worker_connections (512 by default)',
    'A reload closes the idle connections of the old workers: a few more 502s may show once',
  ],
  connectionAge: {
    setting: 'keepalive_time',
    byDefault:
      '1 h since 1.19.10, none before that; nginx announces the close, so look for a proxy or sidecar in front of it that does not',
    lift: ['keepalive_time 24h;'],
  },
  reload: 'nginx -t && nginx -s reload',
  confidence: 'measured',
} as const satisfies Partial<ServerRow>;

const NGINX_REQUESTS: ServerRow['requestsPerConnection'] = {
  setting: 'keepalive_requests',
  defaults: [
    { since: '1.19.10', value: 1000 },
    { since: null, value: 100 },
  ],
  announced: true,
};

/** What the settings of HTTP/2 on nginx are; grpc_pass has the same. */
const NGINX_HTTP2: ServerRow['http2'] = {
  change: NGINX_CHANGE,
  notes: [
    'keepalive_requests counts the requests of all streams; at the limit nginx sends GOAWAY',
    'http2_max_concurrent_streams (128); before 1.19.7 http2_idle_timeout (3 min) and http2_max_requests (1000) count instead',
  ],
};

/** Web servers that stand in front of applications. */
export const WEB_SERVERS: readonly ServerRow[] = [
  serverRow({
    ...NGINX,
    id: 'nginx',
    aliases: ['nginx-plus'],
    name: 'nginx',
    requestsPerConnection: NGINX_REQUESTS,
    http2: NGINX_HTTP2,
  }),
  serverRow({
    ...NGINX,
    id: 'openresty',
    aliases: ['openresty-nginx'],
    name: 'OpenResty',
    where: 'nginx.conf of OpenResty, http block',
    requestsPerConnection: NGINX_REQUESTS,
    reload: 'openresty -t && openresty -s reload',
    confidence: 'unverified',
    http2: NGINX_HTTP2,
  }),
  serverRow({
    ...NGINX,
    id: 'tengine',
    name: 'Tengine',
    where: 'nginx.conf of Tengine, http block',
    requestsPerConnection: {
      ...NGINX_REQUESTS,
      defaults: [
        { since: '2.4', value: 1000 },
        { since: null, value: 100 },
      ],
    },
    confidence: 'source',
    http2: NGINX_HTTP2,
  }),
  serverRow({
    ...NGINX,
    id: 'php-fpm',
    aliases: ['phpfpm'],
    products: ['php'],
    layer: 'application server',
    name: 'PHP-FPM behind nginx',
    where:
      "the web server in front: PHP-FPM speaks FastCGI and holds none of the load balancer's connections",
    versionOf: 'another product',
    requestsPerConnection: NGINX_REQUESTS,
    companions: [
      'Behind Apache: KeepAliveTimeout of Apache counts instead',
      'A dead PHP-FPM makes the web server answer 502 itself: that shows as a target 5xx, not as an ELB 502',
    ],
    confidence: 'source',
  }),
  serverRow({
    id: 'apache',
    aliases: ['httpd', 'apache2', 'apache-httpd', 'apache-http-server'],
    products: ['mod-php', 'mod-wsgi'],
    name: 'Apache httpd',
    layer: 'web server',
    setting: 'KeepAliveTimeout',
    where: '/etc/apache2/apache2.conf or httpd.conf, server or virtual host',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => ['KeepAlive On', `KeepAliveTimeout ${wholeSeconds(seconds)}`],
    alsoWrite: () => ['MaxKeepAliveRequests 10000'],
    companions: [
      'MaxKeepAliveRequests (100) closes a connection after that many requests and announces it; 0 is unlimited',
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
    confidence: 'measured',
    holdsWorker: 'with the MPM prefork or worker (apachectl -V tells)',
  }),
  serverRow({
    id: 'lighttpd',
    name: 'lighttpd',
    layer: 'web server',
    setting: 'server.max-keep-alive-idle',
    where: '/etc/lighttpd/lighttpd.conf',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => [`server.max-keep-alive-idle = ${wholeSeconds(seconds)}`],
    alsoWrite: () => ['server.max-keep-alive-requests = 10000'],
    longestSeconds: 65_535,
    companions: [
      'server.max-keep-alive-requests closes after that many requests and announces it; 0 switches keep-alive off',
    ],
    sideEffects: ['Each idle connection counts against server.max-connections', ENDS_WHAT_IS_IN_FLIGHT],
    requestsPerConnection: {
      setting: 'server.max-keep-alive-requests',
      defaults: [
        { since: '1.4.65', value: 1000 },
        { since: null, value: 100 },
      ],
      announced: true,
    },
    reload: 'systemctl restart lighttpd',
    confidence: 'measured',
  }),
  serverRow({
    id: 'unit',
    aliases: ['nginx-unit', 'unitd'],
    name: 'NGINX Unit',
    setting: 'settings.http.idle_timeout',
    where: 'its configuration, over the control socket',
    idleClose: [{ since: null, value: 180 }],
    change: (seconds) => [
      `curl -X PUT -d '${wholeSeconds(seconds)}' --unix-socket /var/run/control.unit.sock http://localhost/config/settings/http/idle_timeout`,
    ],
    companions: ['A path config/settings/http that is not there yet must be made first, with its parents'],
    sideEffects: ['Each idle connection holds one file descriptor of the router process'],
  }),
];
