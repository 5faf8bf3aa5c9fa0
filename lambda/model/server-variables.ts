/**
 * Environment variables that HTTP servers, their images and their runtimes define themselves: of a container's
 * environment these alone are read. A name that a team made up is never among them, for its value may be anything.
 */
export const SERVER_VARIABLES: ReadonlySet<string> = new Set([
  // Versions, as the official images set them.
  'GUNICORN_VERSION',
  'HTTPD_VERSION',
  'JAVA_VERSION',
  'JETTY_VERSION',
  'NGINX_VERSION',
  'NODE_VERSION',
  'PHP_VERSION',
  'PYTHON_VERSION',
  'RUBY_VERSION',
  'TOMCAT_VERSION',
  'DOTNET_VERSION',
  'ASPNET_VERSION',
  // Options, as the servers read them.
  'GUNICORN_CMD_ARGS',
  'KEEP_ALIVE',
  'KEEP_ALIVE_TIMEOUT',
  'SERVER_KEEPALIVE_TIMEOUT',
  'SERVER_TOMCAT_KEEPALIVETIMEOUT',
  'SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT',
  'UVICORN_TIMEOUT_KEEP_ALIVE',
  'WEB_CONCURRENCY',
]);
