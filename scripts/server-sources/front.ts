import { manual, type RowFacts, source, unverified } from './fact.ts';

const NGINX_CORE = 'src/http/ngx_http_core_module.c';
const NGINX_REQUESTS = [
  source('nginx/nginx', 'release-1.19.10', `${NGINX_CORE}#L3761`),
  source('nginx/nginx', 'release-1.19.9', `${NGINX_CORE}#L3746`),
];
const NGINX_IDLE = [source('nginx/nginx', 'release-1.29.1', `${NGINX_CORE}#L3897`)];
/** What AWS's model of ECS says of TimeoutConfiguration. */
const SERVICE_CONNECT =
  'https://github.com/aws/aws-sdk-js-v3/blob/v3.1164.0/clients/client-ecs/src/models/models_1.ts';
const ENVOY = 'https://www.envoyproxy.io/docs/envoy/v1.35.0/faq/configuration/timeouts';

/** Web servers, proxies and ingress controllers. */
export const FRONT: Readonly<Record<string, RowFacts>> = {
  nginx: { idle: NGINX_IDLE, requests: NGINX_REQUESTS },
  openresty: {
    idle: [unverified('https://github.com/openresty/openresty/blob/v1.27.1.2/util/mirror-tarballs')],
    requests: [
      unverified('https://github.com/openresty/openresty/blob/v1.27.1.2/util/mirror-tarballs'),
      unverified('https://github.com/openresty/openresty/blob/v1.27.1.2/util/mirror-tarballs'),
    ],
  },
  tengine: {
    idle: [source('alibaba/tengine', '3.1.0', NGINX_CORE)],
    requests: [
      source('alibaba/tengine', '3.1.0', `${NGINX_CORE}#L4151`),
      source('alibaba/tengine', '2.3.4', `${NGINX_CORE}#L4039`),
    ],
  },
  'php-fpm': { idle: NGINX_IDLE, requests: NGINX_REQUESTS },
  apache: {
    idle: [source('apache/httpd', '2.4.62', 'include/httpd.h#L166')],
    requests: [source('apache/httpd', '2.4.62', 'include/httpd.h#L171')],
  },
  lighttpd: {
    idle: [source('lighttpd/lighttpd1.4', 'lighttpd-1.4.85', 'src/configfile.c#L1317')],
    requests: [
      source('lighttpd/lighttpd1.4', 'lighttpd-1.4.65', 'src/configfile.c#L1165'),
      source('lighttpd/lighttpd1.4', 'lighttpd-1.4.64', 'src/configfile.c'),
    ],
  },
  unit: { idle: [source('nginx/unit', '1.35.0', 'src/nxt_router.c#L2032')] },
  caddy: { idle: [source('caddyserver/caddy', 'v2.11.4', 'modules/caddyhttp/app.go#L832')] },
  traefik: { idle: [source('traefik/traefik', 'v3.7.9', 'pkg/config/static/static_config.go#L48')] },
  skipper: { idle: [source('zalando/skipper', 'v0.27.65', 'config/config.go#L700')] },
  envoy: { idle: [manual('1.35', ENVOY)] },
  'service-connect': { idle: [manual('3.1164.0', SERVICE_CONNECT)] },
  haproxy: {
    idle: [manual('2.8', 'https://docs.haproxy.org/2.8/configuration.html#timeout%20http-keep-alive')],
  },
  varnish: { idle: [source('varnishcache/varnish-cache', 'varnish-8.0.0', 'include/tbl/params.h#L1055')] },
  'ingress-nginx': {
    idle: [
      source(
        'kubernetes/ingress-nginx',
        'controller-v1.13.0',
        'internal/ingress/controller/config/config.go#L809',
      ),
    ],
    requests: [
      source(
        'kubernetes/ingress-nginx',
        'controller-v1.13.0',
        'internal/ingress/controller/config/config.go#L810',
      ),
    ],
  },
  'nginx-ingress': {
    idle: [source('nginx/kubernetes-ingress', 'v5.1.0', 'internal/configs/config_params.go#L249')],
    requests: [source('nginx/kubernetes-ingress', 'v5.1.0', 'internal/configs/config_params.go#L250')],
  },
  kong: {
    idle: NGINX_IDLE,
    requests: [source('Kong/kong', '3.9.0', 'kong/templates/kong_defaults.lua#L103')],
  },
  apisix: {
    idle: [source('apache/apisix', '3.13.0', 'apisix/cli/config.lua#L134')],
    requests: NGINX_REQUESTS.slice(0, 1),
  },
  contour: { idle: [source('projectcontour/contour', 'v1.33.0', 'pkg/config/parameters.go#L1086')] },
  'haproxy-ingress': {
    idle: [
      source('jcmoraisjr/haproxy-ingress', 'v0.14.7', 'docs/content/en/docs/configuration/keys.md#L486'),
    ],
  },
};
