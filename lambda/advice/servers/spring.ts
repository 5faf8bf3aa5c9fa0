import { AS_LOAD_BALANCER, type ServerRow, serverRow, wholeSeconds } from '../server.ts';
import { NO_THREAD, TOMCAT_REQUESTS } from './java.ts';

/** What every Spring Boot row has in common. */
const SPRING = {
  layer: 'framework',
  where: 'application.properties',
  versionOf: 'another product',
  sideEffects: NO_THREAD,
} as const satisfies Partial<ServerRow>;

/** Spring Boot on each of its servers. */
export const SPRING_SERVERS: readonly ServerRow[] = [
  serverRow({
    ...SPRING,
    id: 'spring-boot',
    aliases: ['spring', 'springboot', 'spring-boot-tomcat', 'spring-tomcat'],
    name: 'Spring Boot on Tomcat',
    setting: 'server.tomcat.keep-alive-timeout',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [`server.tomcat.keep-alive-timeout=${wholeSeconds(seconds)}s`],
    alsoWrite: () => ['server.tomcat.max-keep-alive-requests=-1'],
    companions: [
      'Both properties exist since Spring Boot 2.5; before that, a WebServerFactoryCustomizer sets them on the connector',
      AS_LOAD_BALANCER,
    ],
    requestsPerConnection: TOMCAT_REQUESTS('server.tomcat.max-keep-alive-requests'),
  }),
  serverRow({
    ...SPRING,
    id: 'spring-boot-jetty',
    aliases: ['spring-jetty', 'springboot-jetty'],
    name: 'Spring Boot on Jetty',
    setting: 'server.jetty.connection-idle-timeout',
    idleClose: [{ since: null, value: 30 }],
    change: (seconds) => [`server.jetty.connection-idle-timeout=${wholeSeconds(seconds)}s`],
    companions: ['It also ends a request or response on which no byte moves for that long'],
  }),
  serverRow({
    ...SPRING,
    id: 'spring-boot-undertow',
    aliases: ['spring-undertow', 'springboot-undertow'],
    name: 'Spring Boot on Undertow',
    setting: 'server.undertow.no-request-timeout',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [`server.undertow.no-request-timeout=${wholeSeconds(seconds)}s`],
    companions: [
      AS_LOAD_BALANCER,
      'An IDLE_TIMEOUT set through server.undertow.options.server ends idle connections too',
    ],
  }),
  serverRow({
    ...SPRING,
    id: 'spring-boot-netty',
    aliases: [
      'spring-webflux',
      'webflux',
      'reactor-netty',
      'spring-netty',
      'springboot-netty',
      'spring-cloud-gateway',
    ],
    name: 'Spring Boot on Reactor Netty (WebFlux)',
    setting: 'server.netty.idle-timeout',
    idleClose: [{ since: null, value: 'never' }],
    change: (seconds) => [`server.netty.idle-timeout=${wholeSeconds(seconds)}s`],
    companions: ['server.netty.max-keep-alive-requests, where set, closes after that many requests'],
    requestsPerConnection: {
      setting: 'server.netty.max-keep-alive-requests',
      defaults: [{ since: null, value: null }],
      announced: true,
    },
  }),
];
