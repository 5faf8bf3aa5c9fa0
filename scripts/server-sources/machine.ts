import { manual, type RowFacts, source, unverified } from './fact.ts';

const SPRING = (line: number) =>
  source(
    'spring-projects/spring-boot',
    'v3.5.5',
    `spring-boot-project/spring-boot-autoconfigure/src/main/java/org/springframework/boot/autoconfigure/web/ServerProperties.java#L${line}`,
  );
const TOMCAT_REQUESTS = source(
  'apache/tomcat',
  '10.1.44',
  'java/org/apache/tomcat/util/net/AbstractEndpoint.java#L943',
);
const KTOR = 'ktorio/ktor';
const UNDERTOW = source(
  'undertow-io/undertow',
  '2.4.2.Final',
  'core/src/main/java/io/undertow/Undertow.java#L148',
);
const JETTY = source(
  'jetty/jetty.project',
  'jetty-12.0.2',
  'jetty-core/jetty-server/src/main/java/org/eclipse/jetty/server/AbstractConnector.java#L153',
);
const LIBERTY = manual('21.0.0.6', 'https://github.com/OpenLiberty/open-liberty/issues/17040');

/** Servers of the Java virtual machine and of .NET. */
export const MACHINE: Readonly<Record<string, RowFacts>> = {
  tomcat: { idle: [source('apache/tomcat', '10.1.44', 'conf/server.xml#L71')], requests: [TOMCAT_REQUESTS] },
  jetty: { idle: [JETTY] },
  undertow: { idle: [UNDERTOW] },
  wildfly: {
    idle: [
      source(
        'wildfly/wildfly',
        '41.0.0.Final',
        'undertow/src/main/java/org/wildfly/extension/undertow/ListenerResourceDefinition.java#L164',
      ),
    ],
  },
  netty: {
    idle: [
      source(
        'netty/netty',
        'netty-4.1.118.Final',
        'handler/src/main/java/io/netty/handler/timeout/IdleStateHandler.java#L99',
      ),
    ],
  },
  quarkus: {
    idle: [
      source(
        'quarkusio/quarkus',
        '08ba9f66fedad8a288ff0dc34d202630d1913ef0',
        'extensions/vertx-http/runtime/src/main/java/io/quarkus/vertx/http/runtime/VertxHttpConfig.java',
      ),
    ],
  },
  vertx: {
    idle: [
      source('eclipse-vertx/vert.x', '4.5.11', 'src/main/java/io/vertx/core/net/TCPSSLOptions.java#L72'),
    ],
  },
  'akka-http': {
    idle: [source('akka/akka-http', 'v10.7.5', 'akka-http-core/src/main/resources/reference.conf#L38')],
  },
  play: {
    idle: [
      source(
        'playframework/playframework',
        '3.0.6',
        'transport/server/play-server/src/main/resources/reference.conf#L29',
      ),
    ],
  },
  'spring-boot': {
    idle: [source('apache/tomcat', '10.1.44', 'java/org/apache/coyote/http11/Constants.java#L28')],
    requests: [SPRING(483)],
  },
  'spring-boot-jetty': { idle: [JETTY] },
  'spring-boot-undertow': { idle: [UNDERTOW] },
  'spring-boot-netty': { idle: [SPRING(1695)] },
  micronaut: {
    idle: [
      source(
        'micronaut-projects/micronaut-core',
        'v4.7.0',
        'http-server/src/main/java/io/micronaut/http/server/HttpServerConfiguration.java#L105',
      ),
    ],
  },
  armeria: {
    idle: [
      source(
        'line/armeria',
        'armeria-1.41.0',
        'core/src/main/java/com/linecorp/armeria/common/DefaultFlagsProvider.java#L60',
      ),
    ],
  },
  'ktor-cio': {
    idle: [
      source(
        KTOR,
        '3.5.2',
        'ktor-server/ktor-server-cio/common/src/io/ktor/server/cio/CIOApplicationEngine.kt#L47',
      ),
    ],
  },
  'ktor-jetty': {
    idle: [
      source(
        KTOR,
        '3.5.2',
        'ktor-server/ktor-server-jetty-jakarta/jvm/src/io/ktor/server/jetty/jakarta/JettyApplicationEngineBase.kt#L71',
      ),
    ],
  },
  'http4s-ember': {
    idle: [
      source('http4s/http4s', 'v0.23.32', 'server/shared/src/main/scala/org/http4s/server/package.scala#L84'),
    ],
  },
  openliberty: { idle: [LIBERTY], requests: [LIBERTY] },
  weblogic: {
    idle: [
      manual(
        '10.0',
        'https://docs.oracle.com/cd/E13222_01/wls/docs100/schemaref/config/http.www.bea.com.ns.weblogic.920.domain/types/web-servertype.keep-alive-secs.html',
      ),
    ],
  },
  kestrel: {
    idle: [
      source(
        'dotnet/aspnetcore',
        'e21620a44e1589a5f70b03635d47e49680fb146c',
        'src/Servers/Kestrel/Core/src/KestrelServerLimits.cs',
      ),
    ],
  },
  iis: {
    idle: [
      unverified(
        'https://learn.microsoft.com/iis/configuration/system.applicationhost/sites/sitedefaults/limits',
      ),
    ],
  },
};
