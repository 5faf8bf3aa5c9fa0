import type { FilesBeside, SourceFile } from '../../model.ts';
import { jsonValue, type ParseFailure } from '../json-value.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import { isMapValue, yamlDocuments } from '../yaml-value.ts';
import { evaluator, type Template } from './intrinsics.ts';

/** A template, ready to be read. */
export interface ReadTemplate {
  readonly file: string;
  readonly format: 'CloudFormation' | 'CDK';
  readonly syntax: 'yaml' | 'json';
  /** Resources as they are written, by logical id. */
  readonly resources: ReadonlyMap<string, Value>;
  readonly evaluate: (value: Value) => Value;
  readonly outputs: Value | undefined;
  readonly idOf: (logicalId: string) => string;
}

/** Longer JSON is no template: CloudFormation takes 1 MB at most. */
const LONGEST_TEMPLATE = 8_000_000;

const OF_INTEREST = /AWS::(?:ElasticLoadBalancingV2::|ECS::|CloudFormation::Stack\b)/;
const HAS_RESOURCES = /(?:^|[\s{,])["']?Resources["']?\s*:/;

/** Whether a text could be a template with load balancers, services or nested stacks; cheap, for most files are none. */
export const mayBeTemplate = (text: string): boolean => OF_INTEREST.test(text) && HAS_RESOURCES.test(text);

export const isTemplatePath = (path: string): boolean => /\.(ya?ml|json|template|cfn)$/i.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

function parsed({ path, text }: SourceFile): {
  readonly value: Value | null;
  readonly failure: ParseFailure | null;
  readonly syntax: 'yaml' | 'json';
} {
  const isJson = /\.json$/i.test(path) || /^\s*\{/.test(text);
  if (text.length > LONGEST_TEMPLATE)
    return {
      value: null,
      failure: { line: 1, why: 'it is longer than 8 MB' },
      syntax: isJson ? 'json' : 'yaml',
    };
  if (isJson) return { ...jsonValue({ file: path, text }), syntax: 'json' };
  const [document = { value: null, failure: null }] = yamlDocuments(path, text);
  return { ...document, syntax: 'yaml' };
}

/** Whether the CDK wrote it: into `cdk.out`, or with the paths of its constructs. */
const isOfCdk = (path: string, resources: ReadonlyMap<string, Value>): boolean =>
  /(^|\/)cdk\.out\//.test(path) ||
  [...resources.values()].some((resource) => at(resource, 'Metadata', 'aws:cdk:path') !== undefined);

/** Reads a template; null where the file is something else. */
export function readTemplate(
  source: SourceFile,
  exported: Template['exported'],
): ReadTemplate | { readonly failure: ParseFailure } | null {
  if (!mayBeTemplate(source.text)) return null;
  const { value, failure, syntax } = parsed(source);
  if (failure !== null) return { failure };
  // The Serverless Framework has a template under `resources`.
  const root = isMapValue(at(value ?? undefined, 'Resources')) ? value : at(value ?? undefined, 'resources');
  const found = at(root ?? undefined, 'Resources');
  if (!isMapValue(found)) return null;
  const resources = found.entries;
  const idOf = (logicalId: string): string => `${source.path}#${logicalId}`;
  const evaluate = evaluator({
    format: syntax,
    parameters: at(root ?? undefined, 'Parameters'),
    mappings: at(root ?? undefined, 'Mappings'),
    resources,
    idOf,
    exported,
  });
  return {
    file: source.path,
    format: isOfCdk(source.path, resources) ? 'CDK' : 'CloudFormation',
    syntax,
    resources,
    evaluate,
    outputs: at(root ?? undefined, 'Outputs'),
    idOf,
  };
}

/** The templates of a folder, and what they export to each other. */
export interface Folder {
  readonly templates: readonly ReadTemplate[];
  readonly exported: Template['exported'];
}

const folders = new WeakMap<FilesBeside, Map<string, Folder>>();

/** More templates of one folder are not searched for exports. */
const MOST_TEMPLATES = 200;

function readFolder(folder: string, beside: FilesBeside): Folder {
  const sources = beside.paths
    .filter((path) => folderOf(path) === folder && isTemplatePath(path))
    .slice(0, MOST_TEMPLATES)
    .flatMap((path) => {
      const text = beside.text(path);
      return text !== null && OF_INTEREST.test(text) ? [{ path, text }] : [];
    });
  const exports = new Map<string, Value>();
  for (const source of sources) {
    const template = readTemplate(source, () => null);
    if (template === null || 'failure' in template || !isMapValue(template.outputs)) continue;
    for (const output of template.outputs.entries.values()) {
      const name = at(output, 'Export', 'Name');
      const text = name === undefined ? null : textOf(template.evaluate(name));
      const value = at(output, 'Value');
      if (text !== null && value !== undefined) exports.set(text, template.evaluate(value));
    }
  }
  const exported = (name: string): Value | null => exports.get(name) ?? null;
  const templates = sources.flatMap((source) => {
    const template = readTemplate(source, exported);
    return template === null || 'failure' in template ? [] : [template];
  });
  return { templates, exported };
}

/** Read once for all templates of a folder. */
export function folderAround(path: string, beside: FilesBeside): Folder {
  const known = folders.get(beside) ?? new Map<string, Folder>();
  folders.set(beside, known);
  const name = folderOf(path);
  const folder = known.get(name) ?? readFolder(name, beside);
  known.set(name, folder);
  return folder;
}

/** The value of one of `[{ Key, Value }]`; what is unknown in the list makes an attribute that is not found unknown. */
export function attributeOf(list: Value | undefined, key: string): Value | undefined {
  const items = itemsOf(list);
  const item = items.find((one) => textOf(at(one, 'Key')) === key);
  if (item !== undefined) return at(item, 'Value');
  return items.find((one) => one.kind === 'unknown' || at(one, 'Key')?.kind === 'unknown');
}
