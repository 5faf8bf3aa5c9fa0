/** Images whose own command starts the server, by the name without registry. */
const PRODUCTS: Readonly<
  Record<string, { readonly server: string; readonly unless?: RegExp; readonly only?: RegExp }>
> = {
  nginx: { server: 'nginx' },
  'nginxinc/nginx-unprivileged': { server: 'nginx' },
  'nginx/nginx': { server: 'nginx' },
  'nginx/nginx-unprivileged': { server: 'nginx' },
  'bitnami/nginx': { server: 'nginx' },
  'openresty/openresty': { server: 'openresty' },
  httpd: { server: 'apache' },
  'bitnami/apache': { server: 'apache' },
  tomcat: { server: 'tomcat' },
  'bitnami/tomcat': { server: 'tomcat' },
  jetty: { server: 'jetty' },
  caddy: { server: 'caddy' },
  'dunglas/frankenphp': { server: 'frankenphp' },
  traefik: { server: 'traefik' },
  haproxy: { server: 'haproxy' },
  'haproxytech/haproxy-alpine': { server: 'haproxy' },
  'envoyproxy/envoy': { server: 'envoy' },
  varnish: { server: 'varnish' },
  kong: { server: 'kong' },
  'kong/kong-gateway': { server: 'kong' },
  'quay.io/wildfly/wildfly': { server: 'wildfly' },
  'jboss/wildfly': { server: 'wildfly' },
  // Their versions are those of another product.
  php: { server: 'mod-php', only: /(?:^|-)apache(?:-|$)/ },
  wordpress: { server: 'mod-php', unless: /fpm|cli/ },
  drupal: { server: 'mod-php', unless: /fpm/ },
  nextcloud: { server: 'mod-php', unless: /fpm/ },
  joomla: { server: 'mod-php', unless: /fpm/ },
};

/** Images of a runtime, which start nothing by themselves: the version of `node server.js` is that of `node:20`. */
const RUNTIMES: Readonly<Record<string, string>> = {
  node: 'node',
  'bitnami/node': 'node',
  'oven/bun': 'bun',
  'denoland/deno': 'deno',
};

/** Registries that mirror Docker Hub under a name of their own, and Amazon's pull-through caches. */
const MIRRORS =
  /^(?:docker\.io\/|index\.docker\.io\/|registry-1\.docker\.io\/|public\.ecr\.aws\/docker\/|public\.ecr\.aws\/|mirror\.gcr\.io\/|\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?:docker-hub|dockerhub|docker\.io|ecr-public(?:\/docker)?|quay)\/)/;

interface ImageName {
  /** Without registry where it is a public one: `nginx`, `bitnami/nginx`. */
  readonly name: string;
  /** Empty where there is none. */
  readonly tag: string;
}

function parse(image: string): ImageName {
  const [reference = ''] = image.trim().split('@');
  const match = /^(.*?)(?::([\w][\w.-]*))?$/.exec(reference);
  const path = (match?.[1] ?? reference).replace(MIRRORS, '').replace(/^library\//, '');
  return { name: path.toLowerCase(), tag: match?.[2] ?? '' };
}

/** `1.27` of `1.27-alpine` and `v3.1`; a number that stands alone counts too: `node:20`. */
const versionOf = (tag: string): string | null => /^v?(\d+(?:\.\d+){0,3})(?:$|-)/.exec(tag)?.[1] ?? null;

/**
 * The server that an image is, as the table of servers names it: `nginx` of `nginx:1.27`, and not of what somebody built
 * on it. null where the image is anything else.
 */
export function productOf(image: string): string | null {
  const { name, tag } = parse(image);
  const product = Object.hasOwn(PRODUCTS, name) ? PRODUCTS[name] : undefined;
  if (!product || product.unless?.test(tag) || (product.only && !product.only.test(tag))) return null;
  return product.server;
}

/** The variables in which official images say their version. */
const VERSION_VARIABLES: Readonly<Record<string, string>> = {
  node: 'NODE_VERSION',
  nginx: 'NGINX_VERSION',
  apache: 'HTTPD_VERSION',
  tomcat: 'TOMCAT_VERSION',
  jetty: 'JETTY_VERSION',
  caddy: 'CADDY_VERSION',
  haproxy: 'HAPROXY_VERSION',
  bun: 'BUN_VERSION',
};

/** The version of a server that a container's image tells, by a variable or by its tag; null where it tells none. */
export function versionIn(
  server: string,
  image: string,
  environment: Readonly<Record<string, string>>,
): string | null {
  const variable = Object.hasOwn(VERSION_VARIABLES, server) ? VERSION_VARIABLES[server] : undefined;
  const said =
    variable === undefined ? null : /^v?(\d+(?:\.\d+){0,3})/.exec(environment[variable] ?? '')?.[1];
  if (said) return said;
  const { name, tag } = parse(image);
  const product = Object.hasOwn(PRODUCTS, name) ? PRODUCTS[name]?.server : undefined;
  const runtime = Object.hasOwn(RUNTIMES, name) ? RUNTIMES[name] : product;
  // That of an image of PHP or WordPress is not that of its Apache.
  return runtime === server && server !== 'mod-php' ? versionOf(tag) : null;
}
