import type { ServerRow } from './server.ts';
import { DOTNET_SERVERS } from './servers/dotnet.ts';
import { GRPC_SERVERS } from './servers/grpc.ts';
import { GUNICORN_SERVERS } from './servers/gunicorn.ts';
import { INGRESS_SERVERS } from './servers/ingress.ts';
import { JAVA_SERVERS } from './servers/java.ts';
import { JVM_SERVERS } from './servers/jvm.ts';
import { NODE_SERVERS } from './servers/node.ts';
import { OTHER_SERVERS } from './servers/other.ts';
import { PROXY_SERVERS } from './servers/proxy.ts';
import { PYTHON_SERVERS } from './servers/python.ts';
import { RUBY_SERVERS } from './servers/ruby.ts';
import { RUNTIME_SERVERS } from './servers/runtime.ts';
import { SPRING_SERVERS } from './servers/spring.ts';
import { WEB_SERVERS } from './servers/web.ts';

/** Every server the advice knows. To add one: a row in the file of its family; ids and aliases stay unique. */
export const SERVERS: readonly ServerRow[] = [
  ...WEB_SERVERS,
  ...PROXY_SERVERS,
  ...INGRESS_SERVERS,
  ...NODE_SERVERS,
  ...RUNTIME_SERVERS,
  ...GUNICORN_SERVERS,
  ...PYTHON_SERVERS,
  ...RUBY_SERVERS,
  ...JAVA_SERVERS,
  ...SPRING_SERVERS,
  ...JVM_SERVERS,
  ...DOTNET_SERVERS,
  ...OTHER_SERVERS,
  ...GRPC_SERVERS,
];
