import { type Fact, manual, type RowFacts, source, unverified } from './fact.ts';

const NODE = (version: string): Fact =>
  manual(version, `https://nodejs.org/docs/v${version}/api/http.html#serverkeepalivetimeout`);
const NODE_FACTS: RowFacts = { idle: [NODE('20.20.0')] };
const FASTIFY = (version: string, line: number): Fact =>
  source('fastify/fastify', version, `build/build-validation.js#L${line}`);
const HYPER = source('hyperium/hyper', 'v1.6.0', 'src/server/conn/http1.rs#L242');
const HTTPLIB = (path: string): Fact => source('yhirose/cpp-httplib', 'v0.53.1', path);
const COWBOY = 'doc/src/manual/cowboy_http.asciidoc#L208';

/** Runtimes and frameworks of JavaScript, Go, Rust, Erlang and Elixir, C++, Haskell, Dart, PHP, and gRPC. */
export const RUNTIME: Readonly<Record<string, RowFacts>> = {
  node: NODE_FACTS,
  express: NODE_FACTS,
  koa: NODE_FACTS,
  nestjs: NODE_FACTS,
  hapi: NODE_FACTS,
  next: NODE_FACTS,
  hono: { idle: [source('honojs/node-server', 'v2.0.11', 'src/server.ts#L17')] },
  sveltekit: {
    idle: [
      source(
        'sveltejs/kit',
        'aa810a04146b98b77592f7b384347140d29ff599',
        'packages/adapter-node/src/index.js#L43',
      ),
    ],
  },
  fastify: { idle: [FASTIFY('v5.0.0', 27), FASTIFY('v3.29.5', 17)] },
  bun: {
    idle: [
      manual(
        '032bcd5dde',
        'https://github.com/oven-sh/bun/blob/032bcd5dde81ea1fa69fc4c1050fb333d1eedabb/docs/runtime/http/server.mdx',
      ),
    ],
  },
  elysia: { idle: [source('elysiajs/elysia', '1.4.29', 'src/adapter/bun/index.ts#L354')] },
  deno: { idle: [unverified('https://github.com/denoland/deno/pull/34172')] },
  uwebsockets: { idle: [source('uNetworking/uWebSockets', 'v20.70.0', 'src/HttpContext.h#L44')] },
  dart: {
    idle: [source('dart-lang/sdk', '03cdec5c3d97252257c2cae3b53060ad19c0d5b4', 'sdk/lib/_http/http.dart')],
  },
  'cpp-httplib': {
    idle: [HTTPLIB('httplib.h#L26')],
    requests: [HTTPLIB('httplib.h#L34'), source('yhirose/cpp-httplib', 'v0.10.0', 'httplib.h#L20')],
  },
  'llama-server': {
    idle: [
      source(
        'ggml-org/llama.cpp',
        '00dd0816129a5210351c78bb90e0828f8eb69f99',
        'tools/server/server-http.cpp',
      ),
    ],
    requests: [HTTPLIB('httplib.h#L34')],
  },
  drogon: { idle: [source('drogonframework/drogon', 'v1.9.13', 'lib/src/HttpAppFrameworkImpl.h#L694')] },
  'haskell-warp': {
    idle: [source('yesodweb/wai', 'warp-3.4.14', 'warp/Network/Wai/Handler/Warp/Settings.hs#L307')],
  },
  swoole: { idle: [source('swoole/swoole-src', 'v6.0.2', 'include/swoole_server.h#L741')] },
  go: { idle: [source('golang/go', 'cf501e05e138e6911f759a5db786e90b295499b9', 'src/net/http/server.go')] },
  echo: {
    idle: [
      source('labstack/echo', 'v5.3.1', 'server.go#L113'),
      source('labstack/echo', 'v4.15.4', 'echo.go#L384'),
    ],
  },
  fasthttp: { idle: [source('valyala/fasthttp', 'v1.73.0', 'server.go#L295')] },
  roadrunner: { idle: [source('roadrunner-server/http', 'v5.2.7', 'servers/http11/http.go#L52')] },
  'actix-web': { idle: [source('actix/actix-web', 'web-v4.11.0', 'actix-http/src/keep_alive.rs#L46')] },
  hyper: { idle: [HYPER] },
  rocket: {
    idle: [
      source('rwf2/Rocket', 'v0.5.1', 'core/lib/src/server.rs#L518'),
      source('rwf2/Rocket', 'v0.4.11', 'core/lib/src/config/config.rs#L237'),
    ],
  },
  phoenix: {
    idle: [
      source('phoenixframework/phoenix', 'v1.7.11', 'installer/lib/phx_new/generator.ex#L170'),
      source('ninenines/cowboy', '2.18.0', COWBOY),
    ],
  },
  cowboy: {
    idle: [source('ninenines/cowboy', '2.18.0', COWBOY)],
    requests: [source('ninenines/cowboy', '2.18.0', 'src/cowboy_http.erl#L203')],
  },
  bandit: { idle: [source('mtrudel/thousand_island', '1.5.0', 'lib/thousand_island.ex#L143')] },
  'grpc-go': { idle: [source('grpc/grpc-go', 'v1.75.0', 'keepalive/keepalive.go#L74')] },
  'grpc-java': {
    idle: [
      source('grpc/grpc-java', 'v1.75.0', 'netty/src/main/java/io/grpc/netty/NettyServerBuilder.java#L76'),
    ],
  },
  'grpc-python': {
    idle: [unverified('https://github.com/grpc/grpc/blob/v1.75.0/include/grpc/impl/channel_arg_names.h')],
  },
  'grpc-node': {
    idle: [
      unverified('https://github.com/grpc/grpc-node/blob/@grpc/grpc-js@1.13.4/packages/grpc-js/README.md'),
    ],
  },
  tonic: { idle: [unverified('https://docs.rs/tonic/0.14.2/tonic/transport/server/struct.Server.html')] },
};
