import { NO_REQUEST_LIMIT, NOTHING_ELSE, type ServerRow, wholeSeconds } from '../server.ts';
import { NO_THREAD, TOMCAT_REQUESTS } from './java.ts';

const SPRING_SOURCE = 'https://docs.spring.io/spring-boot/appendix/application-properties/index.html';

/** What every Spring Boot row has in common. */
const SPRING = {
  layer: 'framework',
  unit: 'seconds',
  where: 'application.properties',
  versionOf: 'another product',
  alsoWrite: NOTHING_ELSE,
  comment: '#',
  longestSeconds: null,
  sideEffects: NO_THREAD,
  requestsPerConnection: NO_REQUEST_LIMIT,
  reload: null,
  confidence: 'documented',
  source: SPRING_SOURCE,
} as const satisfies Partial<ServerRow>;

/** Spring Boot on each of its servers. */
export const SPRING_SERVERS: readonly ServerRow[] = [
  {
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
      'The default is that of the load balancer, 60 s: both close at the same moment, which races too',
    ],
    requestsPerConnection: TOMCAT_REQUESTS('server.tomcat.max-keep-alive-requests'),
  },
  {
    ...SPRING,
    id: 'spring-boot-jetty',
    aliases: ['spring-jetty', 'springboot-jetty'],
    name: 'Spring Boot on Jetty',
    setting: 'server.jetty.connection-idle-timeout',
    idleClose: [{ since: null, value: 30 }],
    change: (seconds) => [`server.jetty.connection-idle-timeout=${wholeSeconds(seconds)}s`],
    companions: ['It also ends a request or response on which no byte moves for that long'],
  },
  {
    ...SPRING,
    id: 'spring-boot-undertow',
    aliases: ['spring-undertow', 'springboot-undertow'],
    name: 'Spring Boot on Undertow',
    setting: 'server.undertow.no-request-timeout',
    idleClose: [{ since: null, value: 'never' }],
    change: (seconds) => [`server.undertow.no-request-timeout=${wholeSeconds(seconds)}s`],
    companions: ['An IDLE_TIMEOUT set through server.undertow.options.server ends idle connections too'],
  },
  {
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
    companions: ['server.netty.max-keep-alive-requests, where set, closes after so many requests'],
    requestsPerConnection: {
      setting: 'server.netty.max-keep-alive-requests',
      defaults: [{ since: null, value: null }],
      announced: true,
    },
  },
];
