import { AS_LOAD_BALANCER, type ServerRow, serverRow, wholeSeconds } from '../server.ts';

/** What a product that writes its proxy's configuration itself has to say of it. */
const generated = (proxy: string): string =>
  `It writes the configuration of its ${proxy} anew: a change in that file is lost`;

const NGINX_RELOAD =
  'The controller reloads nginx by itself, which closes idle connections of the old workers: a few more 502s may show once';

/** Ingress controllers and gateways that generate the configuration of the proxy inside. */
export const INGRESS_SERVERS: readonly ServerRow[] = [
  serverRow({
    id: 'ingress-nginx',
    aliases: ['ingress-nginx-controller', 'nginx-ingress-controller', 'kubernetes-ingress-nginx'],
    name: 'ingress-nginx (Kubernetes)',
    layer: 'proxy',
    setting: 'keep-alive (ConfigMap)',
    where: "the controller's ConfigMap; names are those of its Helm chart",
    idleClose: [{ since: null, value: 75 }],
    change: (seconds) => [
      `kubectl -n ingress-nginx patch configmap ingress-nginx-controller --type merge -p '{"data":{"keep-alive":"${wholeSeconds(seconds)}"}}'`,
    ],
    companions: [
      generated('nginx'),
      'keep-alive-requests (1000) closes after that many requests and announces it',
      'The other product, nginx-ingress of F5, has keepalive-timeout instead',
    ],
    sideEffects: [NGINX_RELOAD],
    requestsPerConnection: {
      setting: 'keep-alive-requests',
      defaults: [{ since: null, value: 1000 }],
      announced: true,
    },
  }),
  serverRow({
    id: 'nginx-ingress',
    aliases: ['f5-nginx-ingress', 'nginxinc-kubernetes-ingress', 'nginx-kubernetes-ingress'],
    name: 'NGINX Ingress Controller (F5)',
    layer: 'proxy',
    setting: 'keepalive-timeout (ConfigMap)',
    where: "the controller's ConfigMap; names are those of its Helm chart",
    idleClose: [{ since: null, value: 75 }],
    change: (seconds) => [
      `kubectl -n nginx-ingress patch configmap nginx-ingress --type merge -p '{"data":{"keepalive-timeout":"${wholeSeconds(seconds)}s"}}'`,
    ],
    companions: [
      generated('nginx'),
      'keepalive-requests (1000) closes after that many requests and announces it',
      "The other product, the community's ingress-nginx, has keep-alive instead",
    ],
    sideEffects: [NGINX_RELOAD],
    requestsPerConnection: {
      setting: 'keepalive-requests',
      defaults: [{ since: null, value: 1000 }],
      announced: true,
    },
  }),
  serverRow({
    id: 'kong',
    aliases: ['kong-gateway', 'kong-ingress-controller'],
    name: 'Kong',
    layer: 'proxy',
    setting: 'nginx_http_keepalive_timeout',
    where: 'kong.conf; in a container KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT',
    idleClose: [{ since: null, value: 75 }],
    change: (seconds) => [`nginx_http_keepalive_timeout = ${wholeSeconds(seconds)}s`],
    companions: [
      generated('nginx'),
      'nginx_http_keepalive_requests (10 000) closes after that many requests and announces it',
    ],
    sideEffects: ['Each idle connection holds one of the worker connections of its nginx'],
    requestsPerConnection: {
      setting: 'nginx_http_keepalive_requests',
      defaults: [{ since: null, value: 10_000 }],
      announced: true,
    },
    reload: 'kong reload',
  }),
  serverRow({
    id: 'apisix',
    aliases: ['apache-apisix'],
    name: 'Apache APISIX',
    layer: 'proxy',
    setting: 'nginx_config.http.keepalive_timeout',
    where: 'conf/config.yaml',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [
      'nginx_config:',
      '  http:',
      `    keepalive_timeout: ${wholeSeconds(seconds)}s`,
      `    # the one below upstream: is for the connections to its own targets`,
    ],
    companions: [generated('nginx'), AS_LOAD_BALANCER],
    sideEffects: ['Each idle connection holds one of the worker connections of its nginx'],
    requestsPerConnection: {
      setting: 'keepalive_requests',
      defaults: [{ since: null, value: 1000 }],
      announced: true,
    },
    reload: 'apisix reload',
  }),
  serverRow({
    id: 'contour',
    aliases: ['projectcontour'],
    name: 'Contour',
    layer: 'proxy',
    setting: 'timeouts.connection-idle-timeout',
    where: 'contour.yaml in the ConfigMap contour, or timeouts.connectionIdleTimeout of ContourConfiguration',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => ['timeouts:', `  connection-idle-timeout: ${wholeSeconds(seconds)}s`],
    companions: [
      generated('Envoy'),
      AS_LOAD_BALANCER,
      'timeouts.max-connection-duration (off) closes connections where set',
    ],
    sideEffects: ['Each idle connection holds one file descriptor and its buffers'],
    reload: 'kubectl -n projectcontour rollout restart deployment/contour',
  }),
  serverRow({
    id: 'haproxy-ingress',
    aliases: ['haproxy-ingress-controller'],
    name: 'HAProxy Ingress',
    layer: 'proxy',
    setting: 'timeout-client (ConfigMap)',
    where: "the controller's ConfigMap; names are those of its Helm chart",
    idleClose: [{ since: null, value: 50 }],
    change: (seconds) => [
      `kubectl -n haproxy-ingress patch configmap haproxy-ingress --type merge -p '{"data":{"timeout-client":"${wholeSeconds(seconds)}s","timeout-keep-alive":"${wholeSeconds(seconds)}s"}}'`,
    ],
    companions: [
      generated('HAProxy'),
      'Of timeout-client (50 s) and timeout-keep-alive (1 min) the shorter one counts',
    ],
    sideEffects: ['Each idle connection counts against maxconn'],
  }),
];
