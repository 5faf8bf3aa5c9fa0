/** A row that `npm run test:servers` holds against the server itself. */
export interface Measured {
  /** The version of the day. */
  readonly version: string;
  readonly on: string;
  readonly what: 'default' | 'setting' | 'default and setting';
}

const on = '2026-11-29';
const both = (version: string): Measured => ({ version, on, what: 'default and setting' });
const byDefault = (version: string): Measured => ({ version, on, what: 'default' });
const whenSet = (version: string): Measured => ({ version, on, what: 'setting' });

/** What was measured, by the row's id; the test keeps the list equal to what it starts. */
export const MEASURED: Readonly<Record<string, Measured>> = {
  nginx: both('1.22.1'),
  apache: both('2.4.71 (event)'),
  lighttpd: both('1.4.69'),
  caddy: whenSet('2.6.2'),
  haproxy: whenSet('2.6.12'),
  varnish: both('7.1.1'),
  tomcat: both('10.1.60'),
  gunicorn: both('20.1.0 (gthread)'),
  'gunicorn-sync': byDefault('20.1.0'),
  uvicorn: both('0.17.6'),
  waitress: whenSet('2.1.2'),
  daphne: byDefault('4.0.0'),
  aiohttp: both('3.8.4'),
  tornado: whenSet('6.2.0'),
  werkzeug: byDefault('2.2.2'),
  wsgiref: byDefault('Python 3.11'),
  'django-runserver': byDefault('3.2.25'),
  cheroot: both('9.0.0'),
  uwsgi: both('2.0.21'),
  puma: both('5.6.5'),
  unicorn: byDefault('6.0.0'),
  thin: both('1.8.1'),
  node: both('20.20.2'),
  express: both('5.3.0 on Node 20.20.2'),
  koa: both('3.3.0 on Node 20.20.2'),
  hapi: both('21.4.10 on Node 20.20.2'),
  hono: both('@hono/node-server 1.19.19 on Node 20.20.2'),
  fastify: both('5.12.8'),
  bun: both('1.4.5'),
  elysia: both('1.4.30 on Bun 1.4.5'),
  jetty: both('9.4.57'),
  'cpp-httplib': both('0.11.4'),
};
