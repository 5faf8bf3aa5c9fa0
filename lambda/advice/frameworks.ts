/** Frameworks that run on many servers, by the names that people tag, with the servers that usually run them. */
const FRAMEWORKS: Readonly<Record<string, string>> = {
  flask: 'gunicorn, uWSGI or Waitress',
  django: 'gunicorn, uWSGI, uvicorn or Daphne',
  bottle: 'gunicorn, uWSGI or Waitress',
  laravel: 'nginx or Apache with PHP-FPM, or Swoole, RoadRunner or FrankenPHP',
  symfony: 'nginx or Apache with PHP-FPM, or FrankenPHP',
  wordpress: 'nginx or Apache',
  ktor: 'ktor-netty, ktor-cio or ktor-jetty',
  grpc: 'grpc-go, grpc-java, grpc-python, grpc-node or tonic',
  python: 'gunicorn, uvicorn, uWSGI or another',
  ruby: 'Puma, Unicorn, Falcon or another',
  java: 'Tomcat, Jetty, Undertow, Netty or another',
  rust: 'hyper, actix-web, Rocket or another',
  elixir: 'Bandit or Cowboy',
};

/** The servers that usually run a framework or language; null for a text that names none. */
export function serversUnder(text: string): string | null {
  const name = /^[a-z]+/i.exec(text.trim())?.[0].toLowerCase() ?? '';
  return Object.hasOwn(FRAMEWORKS, name) ? (FRAMEWORKS[name] ?? null) : null;
}
