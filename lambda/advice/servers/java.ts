import { AS_LOAD_BALANCER, type ServerRow, serverRow, wholeMilliseconds, wholeSeconds } from '../server.ts';

/** The limit that Tomcat has wherever it is embedded. */
export const TOMCAT_REQUESTS = (setting: string): ServerRow['requestsPerConnection'] => ({
  setting,
  defaults: [{ since: null, value: 100 }],
  announced: true,
});

/** What an idle connection costs in a server with selectors. */
export const NO_THREAD = ['An idle connection waits in a selector: it holds a file descriptor, not a thread'];

/** Servers of the Java virtual machine but Spring Boot. */
export const JAVA_SERVERS: readonly ServerRow[] = [
  serverRow({
    id: 'tomcat',
    aliases: ['apache-tomcat', 'apache-coyote', 'tomcat-embed'],
    products: ['tomee'],
    name: 'Apache Tomcat',
    setting: 'keepAliveTimeout',
    unit: 'milliseconds',
    where: 'conf/server.xml, on the Connector',
    idleClose: [{ since: null, value: 20 }],
    change: (seconds) => [`keepAliveTimeout="${wholeMilliseconds(seconds)}"`],
    alsoWrite: () => ['maxKeepAliveRequests="-1"'],
    comment: '<!--',
    companions: [
      'Unset, it takes connectionTimeout: 20 000 in the server.xml that Tomcat ships, 60 000 where that is unset too',
      'maxKeepAliveRequests (100) closes a connection after that many requests; -1 is unlimited',
    ],
    sideEffects: [
      'An idle connection holds a file descriptor and counts against maxConnections (8192), not a thread',
    ],
    requestsPerConnection: TOMCAT_REQUESTS('maxKeepAliveRequests'),
    reload: 'systemctl restart tomcat',
    confidence: 'measured',
  }),
  serverRow({
    id: 'jetty',
    aliases: ['eclipse-jetty'],
    name: 'Jetty',
    setting: 'jetty.http.idleTimeout',
    unit: 'milliseconds',
    where: 'start.d/http.ini; in code ServerConnector.setIdleTimeout()',
    idleClose: [{ since: null, value: 30 }],
    change: (seconds) => [`jetty.http.idleTimeout=${wholeMilliseconds(seconds)}`],
    companions: [
      'It also ends a request or response on which no byte moves for that long',
      'The LowResourceMonitor, where used, shortens it under load',
    ],
    sideEffects: NO_THREAD,
    reload: 'systemctl restart jetty',
    confidence: 'measured',
    http2: {
      change: (seconds) => [`jetty.http2.idleTimeout=${wholeMilliseconds(seconds)}`],
      notes: ['jetty.http2.maxConcurrentStreams (128); an idle connection is ended with GOAWAY'],
    },
  }),
  serverRow({
    id: 'undertow',
    name: 'Undertow',
    setting: 'UndertowOptions.NO_REQUEST_TIMEOUT',
    unit: 'milliseconds',
    where: 'code, Undertow.builder()',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [
      `.setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, ${wholeMilliseconds(seconds)})`,
    ],
    comment: '//',
    companions: [AS_LOAD_BALANCER, 'UndertowOptions.IDLE_TIMEOUT, where set, must be at least as long'],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'wildfly',
    aliases: ['jboss', 'jboss-eap'],
    name: 'WildFly, JBoss EAP',
    setting: 'no-request-timeout',
    unit: 'milliseconds',
    where: 'standalone.xml, undertow subsystem, http-listener',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [
      "bin/jboss-cli.sh --connect --command='/subsystem=undertow/server=default-server/http-listener=default" +
        `:write-attribute(name=no-request-timeout,value=${wholeMilliseconds(seconds)})'`,
    ],
    companions: [
      'read-timeout (90 000) of the listener ends an idle connection too: keep it longer',
      AS_LOAD_BALANCER,
    ],
    sideEffects: NO_THREAD,
    reload: "bin/jboss-cli.sh --connect --command=':reload'",
  }),
  serverRow({
    id: 'netty',
    products: ['ktor-netty'],
    name: 'Netty',
    setting: 'IdleStateHandler',
    where: "code, the channel's pipeline",
    idleClose: [{ since: null, value: 'never' }],
    change: (seconds) => [`pipeline.addLast(new IdleStateHandler(0, 0, ${wholeSeconds(seconds)}));`],
    comment: '//',
    companions: [
      'Netty closes nothing by itself: look for IdleStateHandler or ReadTimeoutHandler in the application',
    ],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'quarkus',
    aliases: ['quarkus-http'],
    name: 'Quarkus',
    layer: 'framework',
    setting: 'quarkus.http.idle-timeout',
    where: 'application.properties',
    idleClose: [{ since: null, value: 1800 }],
    change: (seconds) => [`quarkus.http.idle-timeout=${wholeSeconds(seconds)}s`],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'vertx',
    aliases: ['vert.x', 'vertx-web', 'eclipse-vert.x'],
    name: 'Vert.x',
    layer: 'framework',
    setting: 'HttpServerOptions.setIdleTimeout',
    where: 'code, HttpServerOptions',
    idleClose: [{ since: null, value: 'never' }],
    change: (seconds) => [`new HttpServerOptions().setIdleTimeout(${wholeSeconds(seconds)})`],
    comment: '//',
    companions: ['setIdleTimeoutUnit changes the unit; readIdleTimeout and writeIdleTimeout close as well'],
    sideEffects: NO_THREAD,
  }),
  serverRow({
    id: 'akka-http',
    aliases: ['akka'],
    products: ['pekko', 'pekko-http'],
    name: 'Akka HTTP, Pekko HTTP',
    setting: 'akka.http.server.idle-timeout',
    where: 'application.conf (Pekko: pekko.http.server.idle-timeout)',
    idleClose: [{ since: null, value: 60 }],
    change: (seconds) => [`akka.http.server.idle-timeout = ${wholeSeconds(seconds)} s`],
    alsoWrite: (seconds) => [
      `# with Pekko instead: pekko.http.server.idle-timeout = ${wholeSeconds(seconds)} s`,
    ],
    companions: [AS_LOAD_BALANCER],
    sideEffects: ['Idle connections count against max-connections (1024)'],
  }),
  serverRow({
    id: 'play',
    aliases: ['play-framework', 'playframework'],
    name: 'Play',
    layer: 'framework',
    setting: 'play.server.http.idleTimeout',
    where: 'application.conf',
    idleClose: [{ since: null, value: 75 }],
    change: (seconds) => [`play.server.http.idleTimeout = ${wholeSeconds(seconds)} seconds`],
    companions: ['play.server.https.idleTimeout takes the same value unless it is set'],
    sideEffects: NO_THREAD,
  }),
];
