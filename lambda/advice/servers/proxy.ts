import { AS_LOAD_BALANCER, type ServerRow, serverRow, wholeSeconds } from '../server.ts';
import { SERVICE_CONNECT_SECONDS } from '../workload-server/service-connect.ts';

const ENVOY_CHANGE = (seconds: number): readonly string[] => [
  'common_http_protocol_options:',
  `  idle_timeout: ${wholeSeconds(seconds)}s`,
];

/** Proxies that stand in front of applications. */
export const PROXY_SERVERS: readonly ServerRow[] = [
  serverRow({
    id: 'caddy',
    aliases: ['caddyserver'],
    products: ['frankenphp'],
    name: 'Caddy',
    layer: 'proxy',
    setting: 'servers.timeouts.idle',
    where: 'Caddyfile, global options',
    idleClose: [{ since: null, value: 300 }],
    change: (seconds) => [
      '{',
      '    servers {',
      '        timeouts {',
      `            idle ${wholeSeconds(seconds)}s`,
      '        }',
      '    }',
      '}',
    ],
    sideEffects: ['Each idle connection holds one file descriptor and a goroutine'],
    reload: 'caddy validate && caddy reload',
  }),
  serverRow({
    id: 'traefik',
    aliases: ['traefik-proxy'],
    name: 'Traefik',
    layer: 'proxy',
    setting: 'entryPoints.<name>.transport.respondingTimeouts.idleTimeout',
    where: 'static configuration: file, flag or environment',
    idleClose: [{ since: null, value: 180 }],
    change: (seconds) => [
      `--entryPoints.web.transport.respondingTimeouts.idleTimeout=${wholeSeconds(seconds)}s`,
    ],
    companions: [
      'transport.keepAliveMaxRequests and keepAliveMaxTime (0, unlimited) close connections where set',
      'respondingTimeouts.readTimeout (60 s in version 3) is for whole requests, bodies included',
    ],
    sideEffects: ['Each idle connection holds one file descriptor and a goroutine'],
    requestsPerConnection: {
      setting: 'transport.keepAliveMaxRequests',
      defaults: [{ since: null, value: null }],
      announced: true,
    },
  }),
  serverRow({
    id: 'skipper',
    aliases: ['zalando-skipper'],
    name: 'Skipper',
    layer: 'proxy',
    setting: '-idle-timeout-server',
    where: 'command line',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [`skipper -idle-timeout-server=${wholeSeconds(seconds)}s`],
    companions: [
      AS_LOAD_BALANCER,
      'keepalive-server and keepalive-requests-server (0, unlimited) close connections where set',
    ],
    sideEffects: ['Each idle connection holds one file descriptor and a goroutine'],
    requestsPerConnection: {
      setting: '-keepalive-requests-server',
      defaults: [{ since: null, value: null }],
      announced: null,
    },
  }),
  serverRow({
    id: 'envoy',
    aliases: ['istio-envoy'],
    products: ['istio', 'istio-ingressgateway', 'envoy-gateway', 'app-mesh'],
    name: 'Envoy, Istio ingress',
    layer: 'proxy',
    setting: 'common_http_protocol_options.idle_timeout',
    where: 'HttpConnectionManager of the listener (downstream side)',
    idleClose: [{ since: null, value: 3600 }],
    change: ENVOY_CHANGE,
    companions: [
      'max_connection_duration and max_requests_per_connection (both off) close connections where set',
      "Envoy's own connections to the application can race in the same way: that answers 503, a target status",
    ],
    sideEffects: ['Each idle connection holds one file descriptor and its buffers'],
    requestsPerConnection: {
      setting: 'max_requests_per_connection',
      defaults: [{ since: null, value: null }],
      announced: true,
    },
    connectionAge: {
      setting: 'common_http_protocol_options.max_connection_duration',
      byDefault: 'off',
      lift: [
        '# remove max_connection_duration from common_http_protocol_options of the listener, or raise it',
      ],
    },
    confidence: 'documented',
    http2: {
      change: ENVOY_CHANGE,
      notes: [
        'max_connection_duration (off) sends GOAWAY after that time; drain_timeout (5 s) is the time streams get after it',
        'http2_protocol_options.max_concurrent_streams; connection_keepalive sends PING, which is off by default',
      ],
    },
  }),
  serverRow({
    id: 'service-connect',
    aliases: ['ecs-service-connect'],
    name: 'ECS Service Connect proxy',
    layer: 'proxy',
    setting: 'timeout.idleTimeoutSeconds',
    where:
      'serviceConnectConfiguration of the ECS service, in services[]; a deployment of the service applies it',
    idleClose: [{ since: null, value: SERVICE_CONNECT_SECONDS.idle }],
    change: (seconds) => [`"timeout": { "idleTimeoutSeconds": ${wholeSeconds(seconds)} }`],
    companions: [
      `timeout.perRequestTimeoutSeconds (${SERVICE_CONNECT_SECONDS.perRequest} s) is for whole answers, longer ones included: the proxy then answers 504 itself`,
      'ingressPortOverride gives the proxy another port: the load balancer then reaches the container, whose own keep-alive counts',
    ],
    sideEffects: ['The deployment replaces all tasks of the service'],
    confidence: 'documented',
  }),
  serverRow({
    id: 'haproxy',
    name: 'HAProxy',
    layer: 'proxy',
    setting: 'timeout http-keep-alive',
    where: '/etc/haproxy/haproxy.cfg, defaults or frontend section',
    idleClose: [{ since: null, value: 'unknown' }],
    change: (seconds) => [`timeout http-keep-alive ${wholeSeconds(seconds)}s`],
    alsoWrite: (seconds) => [`timeout client ${wholeSeconds(seconds)}s # or the longer value that is there`],
    companions: [
      'Unset, timeout http-request counts, then timeout client; packaged files often have 10 s',
      '`timeout client` ends idle connections too where it is the shorter one',
      'option httpclose or http-server-close on the client side changes reuse: check for them',
    ],
    sideEffects: ['Each idle connection counts against maxconn'],
    reload: 'haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy',
    confidence: 'documented',
    http2: {
      change: (seconds) => [`timeout client ${wholeSeconds(seconds)}s`],
      notes: ['tune.h2.fe.max-concurrent-streams (100); a soft stop sends GOAWAY and waits for the streams'],
    },
  }),
  serverRow({
    id: 'varnish',
    aliases: ['varnishd', 'varnish-cache'],
    name: 'Varnish',
    layer: 'proxy',
    setting: 'timeout_idle',
    where: 'varnishd -p, or varnishadm while it runs',
    idleClose: [{ since: null, value: 5 }],
    change: (seconds) => [`varnishadm param.set timeout_idle ${wholeSeconds(seconds)}`],
    alsoWrite: (seconds) => [`# for the next start: varnishd -p timeout_idle=${wholeSeconds(seconds)}`],
    companions: [
      'timeout_linger (0.05 s) is how long a worker thread waits before it hands the connection over',
    ],
    sideEffects: ['An idle connection holds a file descriptor, not a thread'],
    confidence: 'measured',
  }),
];
