import type { FilesBeside, Place } from '../../model.ts';
import type { ParseFailure } from '../json-value.ts';
import { at, itemsOf, type MapValue, textOf, type Value } from '../value.ts';
import { isMapValue, yamlDocuments } from '../yaml-value.ts';
import { chartDocuments } from './chart-values.ts';

/** An object of a manifest. */
export interface KubernetesObject {
  readonly file: string;
  readonly place: Place;
  readonly kind: string;
  readonly group: string;
  /** `default` where the manifest says none: what applies it may say another, for all alike. */
  readonly namespace: string;
  readonly name: string;
  readonly value: MapValue;
}

const KINDS = [
  ...[
    'DaemonSet',
    'Deployment',
    'GRPCRoute',
    'Gateway',
    'GatewayClass',
    'HTTPRoute',
    'Ingress',
    'IngressClass',
  ],
  ...['IngressClassParams', 'List', 'LoadBalancerConfiguration', 'Pod', 'ReplicaSet', 'Rollout', 'Service'],
  ...['StatefulSet', 'TargetGroupBinding', 'TargetGroupConfiguration'],
];

const OF_INTEREST = new RegExp(
  `(?:^[\\s-]*|[{,]\\s*)["']?kind["']?\\s*:\\s*["']?(?:${KINDS.join('|')})["']?\\s*(?:#.*)?(?:$|[,}])`,
  'm',
);

/** Whether a text could be a manifest of what is compared; cheap, for most files are none. */
export const mayBeManifest = (text: string): boolean =>
  OF_INTEREST.test(text) && /(?:^[\s-]*|[{,]\s*)["']?apiVersion["']?\s*:/m.test(text);

export const isManifestPath = (path: string): boolean =>
  /\.(?:ya?ml|json)(?:\.(?:template|tmpl|tpl|envsubst))?$/i.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The folder of the Helm chart whose template a file is; null where it is none. */
export function chartOf(path: string, beside: FilesBeside): string | null {
  const parts = path.split('/');
  for (
    let index = parts.lastIndexOf('templates');
    index >= 0;
    index = parts.lastIndexOf('templates', index - 1)
  ) {
    const folder = parts
      .slice(0, index)
      .map((part) => `${part}/`)
      .join('');
    if (beside.paths.includes(`${folder}Chart.yaml`)) return folder;
    if (index === 0) break;
  }
  return null;
}

/** What a manifest file holds, and what went wrong first. */
export interface ManifestFile {
  readonly objects: readonly KubernetesObject[];
  readonly failure: ParseFailure | null;
}

/** `default` also where a chart fills it in: the release has one for all. */
function namespaceOf(value: MapValue): string {
  const namespace = textOf(at(value, 'metadata', 'namespace'));
  return namespace === null || namespace.includes('{{') ? 'default' : namespace;
}

function objectOf(file: string, value: Value): readonly KubernetesObject[] {
  if (!isMapValue(value)) return [];
  const kind = textOf(at(value, 'kind'));
  const version = textOf(at(value, 'apiVersion'));
  if (kind === null || version === null) return [];
  if (kind === 'List') return itemsOf(at(value, 'items')).flatMap((item) => objectOf(file, item));
  const name = textOf(at(value, 'metadata', 'name'));
  if (name === null || !KINDS.includes(kind)) return [];
  return [
    {
      file,
      place: value.place,
      kind,
      group: version.includes('/') ? (version.split('/')[0] ?? '') : '',
      namespace: namespaceOf(value),
      name,
      value,
    },
  ];
}

/** Reads a manifest file of one or several documents. */
export function readManifests(file: string, text: string): ManifestFile {
  const documents = yamlDocuments(file, text);
  return {
    objects: documents.flatMap(({ value }) => (value === null ? [] : objectOf(file, value))),
    failure: documents.find(({ failure }) => failure !== null)?.failure ?? null,
  };
}

/** Files that a kustomization takes as patches: parts of objects, not objects. */
function patchFiles(path: string, text: string): readonly string[] {
  const [document] = yamlDocuments(path, text);
  const value = document?.value ?? undefined;
  const merged = itemsOf(at(value, 'patchesStrategicMerge')).map(textOf);
  const patches = [...itemsOf(at(value, 'patches')), ...itemsOf(at(value, 'patchesJson6902'))];
  return [...merged, ...patches.map((patch) => textOf(at(patch, 'path')))].flatMap((one) =>
    one === null || one.includes('\n') ? [] : [normal(`${folderOf(path)}${one}`)],
  );
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const KUSTOMIZATION = /(^|\/)kustomization\.ya?ml$/;

export const isKustomization = (path: string): boolean => KUSTOMIZATION.test(path);

/** All objects of a repository. */
export class Cluster {
  private readonly files = new Map<string, ManifestFile>();
  readonly objects: readonly KubernetesObject[];
  readonly patches: ReadonlySet<string>;

  constructor(beside: FilesBeside) {
    this.patches = new Set(
      beside.paths.filter(isKustomization).flatMap((path) => patchFiles(path, beside.text(path) ?? '')),
    );
    for (const path of beside.paths.filter(isManifestPath)) {
      if (this.patches.has(path)) continue;
      const text = beside.text(path);
      if (text === null || !mayBeManifest(text)) continue;
      const chart = chartOf(path, beside);
      const objects =
        chart === null
          ? null
          : chartDocuments(path, text, chart, beside).flatMap((value) => objectOf(path, value));
      this.files.set(path, objects === null ? readManifests(path, text) : { objects, failure: null });
    }
    this.objects = [...this.files.values()].flatMap(({ objects }) => objects);
  }

  file(path: string): ManifestFile | null {
    return this.files.get(path) ?? null;
  }

  ofKind(...kinds: readonly string[]): readonly KubernetesObject[] {
    return this.objects.filter(({ kind }) => kinds.includes(kind));
  }

  /** The object of a name that is nearest to a file: overlays have several of the same name. */
  named(kind: string, namespace: string | null, name: string, file: string): KubernetesObject | null {
    const found = this.ofKind(kind).filter(
      (one) => one.name === name && (namespace === null || one.namespace === namespace),
    );
    return nearest(found, file)[0] ?? null;
  }
}

function sharedFolders(one: string, other: string): number {
  const [left, right] = [one.split('/').slice(0, -1), other.split('/').slice(0, -1)];
  const apart = left.findIndex((part, index) => part !== right[index]);
  return apart < 0 ? left.length : apart;
}

/** Of several objects those in the file itself, else those in the folder that shares most with it. */
export function nearest(objects: readonly KubernetesObject[], file: string): readonly KubernetesObject[] {
  const near = (one: KubernetesObject): number => (one.file === file ? 1000 : sharedFolders(one.file, file));
  const best = Math.max(...objects.map(near));
  return objects.filter((one) => near(one) === best);
}

const clusters = new WeakMap<FilesBeside, Cluster>();

/** Read once for all files of a check. */
export function clusterOf(beside: FilesBeside): Cluster {
  const known = clusters.get(beside) ?? new Cluster(beside);
  clusters.set(beside, known);
  return known;
}

/** `Ingress shop/web`. */
export const titleOf = ({ kind, namespace, name }: KubernetesObject): string =>
  `${kind} ${namespace}/${name}`;

/** Unique among all that was read. */
export const idOf = (object: KubernetesObject): string => `${object.file}#${titleOf(object)}`;

/** An annotation; undefined where it is absent. */
export const annotation = (object: KubernetesObject | null, name: string): Value | undefined =>
  at(object?.value, 'metadata', 'annotations', name);
