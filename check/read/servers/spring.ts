import type { Document, Node } from 'yaml';
import { isMap } from 'yaml';
import { inMilliseconds, orBare } from '../../../lambda/advice/workload-server/times.ts';
import {
  type CheckedServer,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type Place,
  type Setting,
} from '../../model.ts';
import {
  asWritten,
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
  withUniqueIds,
} from './checked-server.ts';
import { folderOf, nameOf, nearest, programFolder } from './program-folder.ts';
import { itemsOf, LONGEST_YAML, pairsOf, textOf, type YamlFile, yamlFile } from './yaml-file.ts';

/** A property as it is written; names are compared without case and dashes (Spring Boot, relaxed binding). */
interface Property {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

const relaxed = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** The servers that Spring Boot embeds, with their properties; best first. */
const SERVERS = [
  {
    id: 'spring-boot',
    // Without a keep-alive of its own, Tomcat takes the connection timeout.
    timeouts: ['server.tomcat.keep-alive-timeout', 'server.tomcat.connection-timeout'],
    requests: 'server.tomcat.max-keep-alive-requests',
  },
  { id: 'spring-boot-jetty', timeouts: ['server.jetty.connection-idle-timeout'], requests: null },
  { id: 'spring-boot-undertow', timeouts: ['server.undertow.no-request-timeout'], requests: null },
  {
    id: 'spring-boot-netty',
    timeouts: ['server.netty.idle-timeout'],
    requests: 'server.netty.max-keep-alive-requests',
  },
] as const;

type SpringServer = (typeof SERVERS)[number];

/** Maps and lists as dotted names. */
function flatten(
  node: Node | null,
  prefix: string,
  document: Document.Parsed,
  yaml: YamlFile,
): readonly Property[] {
  return pairsOf(node, document).flatMap(({ key, keyNode, value }) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isMap(value)) return prefix.split('.').length > 30 ? [] : flatten(value, name, document, yaml);
    const text = textOf(value) ?? itemsOf(value, document).map(textOf).join(',');
    return [{ name, value: text, line: yaml.lineOf(keyNode) }];
  });
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u([\dA-Fa-f]{4})|([^u]))/g, (_, code?: string, other?: string) =>
    code
      ? String.fromCharCode(Number.parseInt(code, 16))
      : ({ n: '\n', t: '\t', r: '\r' }[other ?? ''] ?? other ?? ''),
  );

/** A line of a .properties file: name and value behind `=`, `:` or a blank (java.util.Properties, load). */
const PROPERTY = /^((?:\\.|[^\\=:\s])+)\s*[=:]?\s*(.*)$/s;

/** The documents of a .properties file, which `#---` parts since Spring Boot 2.4. */
function propertyDocuments(text: string): readonly (readonly Property[])[] {
  const documents: Property[][] = [[]];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let written = (lines[at] ?? '').trimStart();
    if (/^[#!]/.test(written)) {
      if (/^[#!]---\s*$/.test(written)) documents.push([]);
      continue;
    }
    const parts: string[] = [];
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(written.slice(-50)) && at + 1 < lines.length) {
      parts.push(written.slice(0, -1));
      at += 1;
      written = (lines[at] ?? '').trimStart();
    }
    const match = PROPERTY.exec([...parts, written].join('').slice(0, 4000));
    if (match)
      documents
        .at(-1)
        ?.push({ name: unescaped(match[1] ?? ''), value: unescaped(match[2] ?? '').trim(), line });
  }
  return documents;
}

const SPRING_TIME = orBare(inMilliseconds);

interface Resolved {
  readonly text: string | null;
  readonly variable: string | null;
}

/** `20s`, `${KEEP_ALIVE:20s}`; null where a placeholder has no default. */
function placeholder(value: string): Resolved {
  const match = /^\$\{([^:{}]{1,200})(?::([^{}]*))?\}$/.exec(value.trim());
  if (!match) return { text: /\$\{|@\w+@/.test(value) ? null : value.trim(), variable: null };
  return { text: match[2] ?? null, variable: match[1] ?? null };
}

const withoutRemarks = (text: string): string =>
  text
    .split('<!--')
    .map((part, index) => (index === 0 ? part : part.slice(part.indexOf('-->') + 3)))
    .join('')
    .replaceAll(/^[ \t]*\/\/.*$/gm, '');

/** What the build file says of Spring Boot and its server; null where there is none of Spring Boot. */
function serverByBuild(folder: string, beside: FilesBeside): SpringServer['id'] | null {
  const build =
    nearest(folder, ['pom.xml', 'build.gradle', 'build.gradle.kts'], beside)?.text.slice(0, 500_000) ?? '';
  const text = withoutRemarks(build);
  if (!/spring-boot/.test(text)) return null;
  if (/spring-boot-starter-jetty/.test(text)) return 'spring-boot-jetty';
  if (/spring-boot-starter-undertow/.test(text)) return 'spring-boot-undertow';
  if (/spring-boot-starter-(?:web(?:mvc)?|tomcat)(?![\w-])/.test(text)) return 'spring-boot';
  return /spring-boot-starter-(?:webflux|reactor-netty)|spring-cloud-starter-gateway(?!-(?:server-)?(?:mvc|webmvc))/.test(
    text,
  )
    ? 'spring-boot-netty'
    : null;
}

/** One document of a file: the base, or what holds for a profile. */
class SpringDocument {
  private readonly path: string;
  private readonly properties: readonly Property[];
  private readonly profile: string | null;

  constructor(path: string, properties: readonly Property[]) {
    this.path = path;
    this.properties = properties;
    const inside = this.find('spring.config.activate.on-profile') ?? this.find('spring.profiles');
    this.profile = inside?.value ?? /^application-([\w-]+)\./.exec(nameOf(path))?.[1] ?? null;
  }

  /** The server, where a property names it or the build file does; a profile has one only where it sets something. */
  server(byBuild: SpringServer['id'] | null, folder: string): CheckedServer | null {
    const named = SERVERS.filter(({ timeouts }) => timeouts.some((name) => this.find(name)));
    const known = named.find(({ id }) => id === byBuild) ?? (byBuild === null ? named[0] : undefined);
    const server = known ?? (this.profile === null ? SERVERS.find(({ id }) => id === byBuild) : undefined);
    if (!server) return null;
    const row = rowOf(server.id);
    const found = server.timeouts.map((name) => this.find(name)).find((property) => property !== undefined);
    const requests = server.requests === null ? undefined : this.find(server.requests);
    const shutdown = this.find('server.shutdown')?.value.toLowerCase();
    const port = Number(placeholder(this.find('server.port')?.value ?? '').text ?? 0);
    return checkedServer({
      row,
      place: this.place(found),
      folder,
      label: this.profile === null ? row.id : `${row.id}@${this.profile}`,
      keepAlive: found ? this.keepAlive(found) : undefined,
      keepAliveAs: {
        template: /\.ya?ml$/.test(this.path) ? `${server.timeouts[0]}: %ss` : `${server.timeouts[0]}=%ss`,
        unit: 'seconds',
      },
      requests: requests ? this.requests(requests) : undefined,
      closesIdleOnShutdown: shutdown === 'graceful' ? true : null,
      ports: Number.isInteger(port) && port > 0 ? [port] : [],
    });
  }

  private find(name: string): Property | undefined {
    return this.properties.findLast((one) => relaxed(one.name) === relaxed(name));
  }

  private place(property: Property | undefined): Place {
    return { file: this.path, line: property?.line ?? this.properties[0]?.line ?? 1 };
  }

  private keepAlive(property: Property): KeepAlive {
    const place = this.place(property);
    const written = `${property.name}: ${property.value}`;
    const { text, variable } = placeholder(property.value);
    // -1 is no timeout at all (Apache Tomcat, HTTP connector, keepAliveTimeout).
    if (text === '-1') return noIdleTimeout('never', place);
    const seconds = text === null ? null : SPRING_TIME(text);
    return {
      keepAliveSeconds:
        seconds === null
          ? unknown(place, `${asWritten(written)}: its value cannot be read offline`)
          : set(seconds, place, written, variable ?? undefined),
    };
  }

  /** -1 is no limit. */
  private requests(property: Property): Setting<number | null> {
    const place = this.place(property);
    const written = `${property.name}: ${property.value}`;
    const { text, variable } = placeholder(property.value);
    return text !== null && /^-?\d{1,9}$/.test(text)
      ? set(Number(text) < 0 ? null : Number(text), place, written, variable ?? undefined)
      : unknown(place, `${asWritten(written)}: its value cannot be read offline`);
  }
}

const NAME = /(?:^|\/)application(?:-[\w-]+)?\.(?:ya?ml|properties)$/;

/** Spring Boot's application.yml and .properties, a server for each profile that sets something. */
export const SPRING_FILES: FileReader = {
  reads: 'Spring Boot configuration',
  takes: (path) => NAME.test(path) && !/(?:^|\/)(?:target|build|out|test|\.[^/]+)\//.test(path),
  read: (file, beside) => {
    const isYaml = /\.ya?ml$/.test(file.path);
    const unread = (line: number, why: string) => ({
      ...NO_FACTS,
      unread: [{ place: { file: file.path, line }, what: 'Spring Boot configuration', why }],
    });
    if (file.text.length > LONGEST_YAML) return unread(1, 'it is too long');
    const yaml = isYaml ? yamlFile(file.text) : null;
    if (yaml?.error) return unread(yaml.error.line, yaml.error.message);
    const documents = yaml
      ? yaml.documents.map((document) => flatten(document.contents, '', document, yaml))
      : propertyDocuments(file.text);
    const byBuild = serverByBuild(folderOf(file.path), beside);
    const folder = programFolder(file.path, beside);
    const servers = documents.flatMap((properties, index) => {
      const server = new SpringDocument(file.path, properties).server(byBuild, folder);
      // Of several documents without a profile, the later ones add to the first.
      return server && (index === 0 || server.keepAliveSeconds.state !== 'default') ? [server] : [];
    });
    return servers.length === 0 ? null : { ...NO_FACTS, servers: withUniqueIds(servers) };
  },
};
