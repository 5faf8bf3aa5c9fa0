/**
 * The variables that say something of a server or its keep-alive. No other is read from a task definition or image:
 * a variable's value can be a secret.
 */
export const READ_VARIABLES: readonly string[] = [
  // Arguments in a variable.
  'GUNICORN_CMD_ARGS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'JAVA_OPTIONS',
  'CATALINA_OPTS',
  // The keep-alive itself, as the server or framework defines the variable.
  'KEEP_ALIVE',
  'KEEP_ALIVE_TIMEOUT',
  'UVICORN_TIMEOUT_KEEP_ALIVE',
  'SANIC_KEEP_ALIVE_TIMEOUT',
  'PUMA_PERSISTENT_TIMEOUT',
  'HTTP_IDLE_TIMEOUT',
  'THRUSTER_HTTP_IDLE_TIMEOUT',
  'UWSGI_HTTP_KEEPALIVE',
  'KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT',
  'KONG_NGINX_PROXY_KEEPALIVE_TIMEOUT',
  'SERVER_TOMCAT_KEEPALIVETIMEOUT',
  'SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT',
  'SERVER_TOMCAT_CONNECTIONTIMEOUT',
  'SERVER_TOMCAT_CONNECTION_TIMEOUT',
  'SERVER_JETTY_CONNECTIONIDLETIMEOUT',
  'SERVER_JETTY_CONNECTION_IDLE_TIMEOUT',
  'SERVER_UNDERTOW_NOREQUESTTIMEOUT',
  'SERVER_UNDERTOW_NO_REQUEST_TIMEOUT',
  'SERVER_NETTY_IDLETIMEOUT',
  'SERVER_NETTY_IDLE_TIMEOUT',
  'QUARKUS_HTTP_IDLE_TIMEOUT',
  'MICRONAUT_SERVER_IDLE_TIMEOUT',
  'Kestrel__Limits__KeepAliveTimeout',
  'ASPNETCORE_Kestrel__Limits__KeepAliveTimeout',
  'DOTNET_Kestrel__Limits__KeepAliveTimeout',
  // Versions that official images set.
  'NODE_VERSION',
  'NGINX_VERSION',
  'HTTPD_VERSION',
  'TOMCAT_VERSION',
  'JETTY_VERSION',
  'PYTHON_VERSION',
  'RUBY_VERSION',
  'PHP_VERSION',
  'CADDY_VERSION',
  'HAPROXY_VERSION',
  'ASPNET_VERSION',
  'BUN_VERSION',
];

const EXACT = new Set(READ_VARIABLES);

/** Traefik's variables have the name of the entry point in them. */
const PATTERN = /^TRAEFIK_ENTRYPOINTS_[A-Z0-9_]+_TRANSPORT_RESPONDINGTIMEOUTS_IDLETIMEOUT$/;

/** Whether a variable may be read from a task definition or an image. */
export const isReadVariable = (name: string): boolean => EXACT.has(name) || PATTERN.test(name);

/** The variables of a container that may be kept, and nothing of the others. */
export const readVariables = (
  variables: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[],
): Record<string, string> =>
  Object.fromEntries(
    variables.flatMap(({ name, value }) =>
      name !== undefined && value !== undefined && isReadVariable(name) ? [[name, value]] : [],
    ),
  );
