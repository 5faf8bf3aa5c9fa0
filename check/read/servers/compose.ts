import type { Document, Node } from 'yaml';
import { isMap, isSeq } from 'yaml';
import { commandsOf } from '../../../lambda/advice/workload-server/shell.ts';
import { isSecretPair } from '../../../lambda/model/secret-name.ts';
import {
  type CheckedContainer,
  type CheckedWorkload,
  type FileReader,
  NO_FACTS,
  type Place,
} from '../../model.ts';
import { set, unknown } from './checked-server.ts';
import { folderOf, nameOf, within } from './program-folder.ts';
import {
  itemsOf,
  LONGEST_YAML,
  pairsOf,
  textOf,
  valueAt,
  type YamlFile,
  type YamlPair,
  yamlFile,
} from './yaml-file.ts';

/** `${NAME:-value}` as Compose takes it without a variable; text with a variable that has no default stays. */
const withDefaults = (text: string): string =>
  text.replaceAll(/\$\{[A-Za-z_]\w*:?-([^${}]*)\}/g, (_, fallback: string) => fallback);

/** A command as a list, or as text that Compose splits as a shell would (https://docs.docker.com/reference/compose-file/services/#command). */
function wordsOf(node: Node | null, document: Document.Parsed): readonly string[] | null {
  if (isSeq(node)) {
    const words = itemsOf(node, document).map(textOf);
    return words.every((word) => word !== null) ? words.map(withDefaults) : null;
  }
  const text = textOf(node);
  if (text === null) return null;
  const [first, ...others] = commandsOf(withDefaults(text), {});
  return first !== undefined && others.length === 0 ? first.words : ['/bin/sh', '-c', withDefaults(text)];
}

function environmentOf(node: Node | null, document: Document.Parsed): Record<string, string> {
  const pairs: readonly (readonly [string, string | null])[] = isMap(node)
    ? pairsOf(node, document).map(({ key, value }) => [key, textOf(value)])
    : itemsOf(node, document).map((item) => {
        const [name = '', value = null] = (textOf(item) ?? '').split(/=(.*)/s);
        return [name, value];
      });
  const environment: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const text = value === null ? null : withDefaults(value);
    if (text !== null && !/\$\{?\w/.test(text) && !isSecretPair(name, text)) environment[name] = text;
  }
  return environment;
}

/** The port of the container in `8080:80`, `127.0.0.1:8080:80/tcp`, `80` and `target: 80`. */
function portsOf(node: Node | null, document: Document.Parsed): readonly number[] {
  return itemsOf(node, document).flatMap((item) => {
    const text = isMap(item) ? textOf(valueAt(item, 'target', document)) : textOf(item);
    const port = Number(/(?:^|:)(\d{1,5})(?:\/tcp)?$/.exec(withDefaults(text ?? ''))?.[1] ?? Number.NaN);
    return port > 0 && port < 65_536 ? [port] : [];
  });
}

const durationSeconds = (text: string): number | null => {
  if (!/^(?:\d+(?:\.\d+)?(?:h|m|s|ms))+$/.test(text)) return null;
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  );
};

/** The service of a pair, as far as it says something of its own. */
function containerOf(
  { key, keyNode, value }: YamlPair,
  path: string,
  { lineOf }: YamlFile,
  document: Document.Parsed,
): CheckedContainer {
  const place: Place = { file: path, line: lineOf(keyNode) };
  const at = (name: string): Node | null => valueAt(value, name, document);
  const build = at('build');
  const context = isMap(build) ? (textOf(valueAt(build, 'context', document)) ?? '.') : textOf(build);
  const dockerfile = isMap(build) ? textOf(valueAt(build, 'dockerfile', document)) : null;
  const folder = context === null ? null : within(folderOf(path), withDefaults(context));
  const image = textOf(at('image'));
  const grace = textOf(at('stop_grace_period'));
  const seconds = grace === null ? null : durationSeconds(grace);
  return {
    name: key,
    place,
    image: image === null ? null : withDefaults(image),
    builtFrom:
      folder === null || dockerfile === null ? folder : folderOf(within(folder, dockerfile) ?? dockerfile),
    entryPoint: wordsOf(at('entrypoint'), document),
    command: wordsOf(at('command'), document),
    environment: environmentOf(at('environment'), document),
    ports: [...new Set([...portsOf(at('ports'), document), ...portsOf(at('expose'), document)])],
    stopTimeoutSeconds:
      grace === null
        ? null
        : seconds === null
          ? unknown(place, `${grace} is no time that can be read offline`)
          : set(seconds, place, `stop_grace_period: ${grace}`),
    preStopSeconds: null,
  };
}

/** Runtimes that start nothing by themselves. */
const RUNTIME =
  /^(?:docker\.io\/)?(?:library\/)?(?:node|python|ruby|golang|php|oven\/bun|denoland\/deno|eclipse-temurin|openjdk|maven|gradle)(?:[:@]|$)/;

/** A runtime with the sources of this machine in it is for those who write the program. */
function isForDevelopers({ value }: YamlPair, document: Document.Parsed): boolean {
  if (valueAt(value, 'build', document) !== null) return false;
  const volumes = itemsOf(valueAt(value, 'volumes', document), document).map((item) =>
    isMap(item) ? textOf(valueAt(item, 'source', document)) : textOf(item),
  );
  return (
    RUNTIME.test(textOf(valueAt(value, 'image', document)) ?? '') &&
    volumes.some((volume) => /^[./~$]/.test(volume ?? ''))
  );
}

/** Compose files: each service as a workload, with the folder that it is built from. */
export const COMPOSE_FILES: FileReader = {
  reads: 'docker compose file',
  takes: (path) => /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/i.test(nameOf(path)),
  read: (file) => {
    const place = { file: file.path, line: 1 };
    if (file.text.length > LONGEST_YAML)
      return { ...NO_FACTS, unread: [{ place, what: 'docker compose file', why: 'it is too long' }] };
    const yaml = yamlFile(file.text);
    const [document] = yaml.documents;
    const services = document ? pairsOf(valueAt(document.contents, 'services', document), document) : [];
    if (yaml.error)
      return /^services:/m.test(file.text)
        ? {
            ...NO_FACTS,
            unread: [
              {
                place: { ...place, line: yaml.error.line },
                what: 'docker compose file',
                why: yaml.error.message,
              },
            ],
          }
        : null;
    if (!document || services.length === 0) return null;
    return {
      ...NO_FACTS,
      workloads: services
        .filter((service) => !isForDevelopers(service, document))
        .map((service) => containerOf(service, file.path, yaml, document))
        .map(
          (container): CheckedWorkload => ({
            id: `${file.path}#${container.name}`,
            name: container.name,
            format: 'docker compose',
            place: container.place,
            behind: [],
            containers: [container],
            launchType: 'unknown',
            terminationGraceSeconds: null,
          }),
        ),
    };
  },
};
