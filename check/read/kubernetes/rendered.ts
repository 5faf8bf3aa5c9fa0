import type { FilesBeside, SourceFile, Unread } from '../../model.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import { yamlDocuments } from '../yaml-value.ts';
import { PREFIX } from './attributes.ts';
import { mayBeManifest } from './objects.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
/** The folder as a command takes it. */
const shown = (folder: string): string => (folder === '' ? '.' : folder.replace(/\/$/, ''));

/** A chart whose templates make load balancers or pods: all of it can be read only once it is rendered. */
export function unreadChart(path: string, beside: FilesBeside): readonly Unread[] {
  const folder = folderOf(path);
  const templates = beside.paths.filter(
    (one) => one.startsWith(`${folder}templates/`) && mayBeManifest(beside.text(one) ?? ''),
  );
  if (templates.length === 0) return [];
  return [
    {
      place: { file: path, line: 1 },
      what: `Helm chart ${shown(folder)}`,
      why: `its templates are read with its own values.yaml, and what that leaves open is not: helm template ${shown(folder)} -f VALUES > rendered.yaml, and check that file`,
    },
  ];
}

/** Values of a chart that configure the controller: what the chart makes of them is not known. */
export function unreadValues({ path, text }: SourceFile, beside: FilesBeside): readonly Unread[] {
  const index = text.indexOf(PREFIX);
  if (index < 0 || !/^[\s#]*["']?alb\.ingress\.kubernetes\.io\//m.test(text)) return [];
  const line = text.slice(0, index).split('\n').length;
  if (text.split('\n')[line - 1]?.trimStart().startsWith('#')) return [];
  // Beside the chart itself the chart says it.
  if (beside.paths.includes(`${folderOf(path)}Chart.yaml`)) return [];
  return [
    {
      place: { file: path, line },
      what: 'values of a Helm chart',
      why: 'they are read once the chart is rendered with them: helm template CHART -f VALUES > rendered.yaml, and check that file',
    },
  ];
}

/** What a patch changes that is compared here. */
const BALANCING =
  /\b(?:Ingress|IngressClassParams|Gateway|LoadBalancerConfiguration|TargetGroupConfiguration)\b|alb\.ingress\.kubernetes\.io/;
const PATCHED =
  /\b(?:Ingress|IngressClassParams|Deployment|StatefulSet|DaemonSet|Rollout|Gateway|LoadBalancerConfiguration|TargetGroupConfiguration)\b|terminationGracePeriodSeconds|preStop|alb\.ingress\.kubernetes\.io/;

/**
 * Patches of a kustomization: the objects that they change are read as they are without them.
 *
 * @param isBalanced - whether any load balancer was found; patches of pods that none is in front of are nobody's concern
 */
export function unreadPatches(
  { path, text }: SourceFile,
  beside: FilesBeside,
  isBalanced: boolean,
): readonly Unread[] {
  const folder = folderOf(path);
  const [document] = yamlDocuments(path, text);
  const value = document?.value ?? undefined;
  const fileText = (name: string | null): string =>
    name === null ? '' : (beside.text(joined(folder, name)) ?? '');
  const changed = (patch: Value): string => {
    const inline = textOf(patch) ?? textOf(at(patch, 'patch')) ?? '';
    const file = textOf(at(patch, 'path')) ?? (/\.ya?ml$/.test(inline) ? inline : null);
    return [inline, fileText(file), textOf(at(patch, 'target', 'kind')) ?? ''].join('\n');
  };
  const patches = ['patches', 'patchesStrategicMerge', 'patchesJson6902'].flatMap((key) =>
    itemsOf(at(value, key)),
  );
  return patches
    .filter((patch) => (isBalanced ? PATCHED : BALANCING).test(changed(patch)))
    .map((patch) => ({
      place: patch.place,
      what: 'Kustomize patch',
      why: `what it changes is read without it: kustomize build ${shown(folder)} > rendered.yaml, and check that file`,
    }));
}

function joined(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${name}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
