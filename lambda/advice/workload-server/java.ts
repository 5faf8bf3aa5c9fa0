import type { TimeReader } from './reading.ts';
import {
  type FoundFlag,
  flagIn,
  type KeepAliveReading,
  quote,
  type ServerFamily,
  type ServerReading,
} from './reading.ts';
import { commandsOf, type ShellCommand } from './shell.ts';
import { inMilliseconds, inSeconds, orBare } from './times.ts';

/** A property that sets the keep-alive, and by it names the server. */
interface Property {
  readonly server: string;
  /** As `-Dname=value` and, of Spring Boot, as `--name=value`; best first. */
  readonly names: readonly string[];
  /** As variables, in the same order. */
  readonly variables: readonly string[];
  readonly read: TimeReader;
}

/** A bare number is in milliseconds where Spring Boot takes a Duration, and in seconds where Quarkus does. */
const SPRING_TIME = orBare(inMilliseconds);

const SPRING: readonly Property[] = [
  {
    server: 'spring-boot',
    // Without a keep-alive of its own, Tomcat takes the connection timeout.
    names: ['server.tomcat.keep-alive-timeout', 'server.tomcat.connection-timeout'],
    variables: [
      'SERVER_TOMCAT_KEEPALIVETIMEOUT',
      'SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT',
      'SERVER_TOMCAT_CONNECTIONTIMEOUT',
      'SERVER_TOMCAT_CONNECTION_TIMEOUT',
    ],
    read: SPRING_TIME,
  },
  {
    server: 'spring-boot-jetty',
    names: ['server.jetty.connection-idle-timeout'],
    variables: ['SERVER_JETTY_CONNECTIONIDLETIMEOUT', 'SERVER_JETTY_CONNECTION_IDLE_TIMEOUT'],
    read: SPRING_TIME,
  },
  {
    server: 'spring-boot-undertow',
    names: ['server.undertow.no-request-timeout'],
    variables: ['SERVER_UNDERTOW_NOREQUESTTIMEOUT', 'SERVER_UNDERTOW_NO_REQUEST_TIMEOUT'],
    read: SPRING_TIME,
  },
  {
    server: 'spring-boot-netty',
    names: ['server.netty.idle-timeout'],
    variables: ['SERVER_NETTY_IDLETIMEOUT', 'SERVER_NETTY_IDLE_TIMEOUT'],
    read: SPRING_TIME,
  },
];

const OTHERS: readonly Property[] = [
  {
    server: 'quarkus',
    names: ['quarkus.http.idle-timeout'],
    variables: ['QUARKUS_HTTP_IDLE_TIMEOUT'],
    read: orBare(inSeconds),
  },
  {
    server: 'micronaut',
    names: ['micronaut.server.idle-timeout'],
    variables: ['MICRONAUT_SERVER_IDLE_TIMEOUT'],
    read: orBare(() => null),
  },
  { server: 'jetty', names: ['jetty.http.idleTimeout'], variables: [], read: inMilliseconds },
  { server: 'play', names: ['play.server.http.idleTimeout'], variables: [], read: orBare(inMilliseconds) },
  {
    server: 'akka-http',
    names: ['akka.http.server.idle-timeout', 'pekko.http.server.idle-timeout'],
    variables: [],
    read: orBare(inMilliseconds),
  },
];

const PROPERTIES = [...SPRING, ...OTHERS];

/** Variables with arguments of the virtual machine that it reads by itself. */
const OPTION_VARIABLES = ['JDK_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS'] as const;

interface Stated {
  readonly property: Property;
  readonly keepAlive: KeepAliveReading;
  readonly flag: FoundFlag | null;
}

const keepAliveFrom = (
  { read }: Property,
  value: string,
  written: string,
  variable: string | null,
): KeepAliveReading => {
  const seconds = read(value.trim());
  if (seconds === null || seconds <= 0)
    return { state: 'unknown', why: `${written} is no time that can be read here` };
  return { state: 'set', seconds, variable };
};

/** What the command sets, else the variables with options, else the variable of the property. */
function stated(command: ShellCommand, property: Property): Stated | null {
  const { words, environment } = command;
  const inVariables = OPTION_VARIABLES.map((name) => ({
    name,
    words: commandsOf(environment[name] ?? '', {}).flatMap((one) => one.words),
  }));
  for (const name of property.names) {
    const flags = [`--${name}`, `-D${name}`, name];
    const flag = flagIn(words, flags);
    if (flag) return { property, flag, keepAlive: keepAliveFrom(property, flag.value ?? '', name, null) };
    for (const variable of inVariables) {
      const there = flagIn(variable.words, flags);
      if (there)
        return {
          property,
          flag: null,
          keepAlive: keepAliveFrom(property, there.value ?? '', name, variable.name),
        };
    }
  }
  const variable = property.variables.find((name) => (environment[name] ?? '').trim() !== '');
  if (variable === undefined) return null;
  const value = environment[variable] ?? '';
  return { property, flag: null, keepAlive: keepAliveFrom(property, value, variable, variable) };
}

/** What properties say of the server, whatever the command; null where none does or two servers are set. */
export function statedByProperties(
  command: ShellCommand,
): { server: string; keepAlive: KeepAliveReading } | null {
  const found = PROPERTIES.flatMap((property) => stated(command, property) ?? []);
  const [only] = found;
  return only !== undefined && found.length === 1
    ? { server: only.property.server, keepAlive: only.keepAlive }
    : null;
}

const jarIndex = (words: readonly string[]): number | null => {
  const at = words.indexOf('-jar');
  return at > 0 && at + 1 < words.length ? at + 1 : null;
};

/** What the jar or class says of the framework, where no property does. */
function frameworkOf(words: readonly string[]): { server: string; keepAlive: KeepAliveReading } | null {
  const text = words.join(' ');
  if (/quarkus-run\.jar|io\.quarkus\./.test(text))
    return { server: 'quarkus', keepAlive: { state: 'default', unless: 'application.properties' } };
  if (/org\.springframework\.boot\.loader/.test(text))
    return {
      server: 'spring-boot',
      keepAlive: { state: 'unknown', why: 'on which server Spring Boot runs is not known' },
    };
  if (/(?:^|\/| )start\.jar/.test(text))
    return { server: 'jetty', keepAlive: { state: 'default', unless: 'its configuration files' } };
  return null;
}

function readJava(command: ShellCommand): ServerReading | null {
  const { words } = command;
  const found = PROPERTIES.flatMap((property) => stated(command, property) ?? []);
  const [only] = found;
  if (only !== undefined && found.length === 1)
    return {
      server: only.property.server,
      keepAlive: only.keepAlive,
      quoted: quote(words, [only.flag], jarIndex(words)),
    };
  if (only !== undefined) return null;
  const framework = frameworkOf(words);
  return framework && { ...framework, quoted: quote(words, [], jarIndex(words)) };
}

const always =
  (server: string, unless: string): ServerFamily['read'] =>
  ({ words }) => ({ server, keepAlive: { state: 'default', unless }, quoted: quote(words, []) });

/** Servers of the Java virtual machine. */
export const JAVA_FAMILIES: readonly ServerFamily[] = [
  { programs: ['java'], read: readJava },
  { programs: ['catalina.sh', 'catalina'], read: always('tomcat', 'conf/server.xml') },
  { programs: ['standalone.sh', 'standalone'], read: always('wildfly', 'standalone.xml') },
];
