import {
  type FileFacts,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
  type SourceFile,
  type Unread,
} from '../../model.ts';
import { at, textOf } from '../value.ts';
import type { Balancing } from './balancing.ts';
import { gatewayBalancing } from './gateways.ts';
import { ingressBalancing } from './ingresses.ts';
import {
  type Cluster,
  chartOf,
  clusterOf,
  isKustomization,
  isManifestPath,
  mayBeManifest,
  titleOf,
} from './objects.ts';
import { WORKLOAD_KINDS, workloadOf } from './pods.ts';
import { unreadChart, unreadPatches, unreadValues } from './rendered.ts';

const balancings = new WeakMap<Cluster, Balancing>();

function balancingOf(cluster: Cluster): Balancing {
  const known = balancings.get(cluster);
  if (known !== undefined) return known;
  const parts = [ingressBalancing(cluster), gatewayBalancing(cluster)];
  const balancing = {
    loadBalancers: parts.flatMap(({ loadBalancers }) => loadBalancers),
    groups: parts.flatMap(({ groups }) => groups),
  };
  balancings.set(cluster, balancing);
  return balancing;
}

const unreadFacts = (unread: readonly Unread[]): FileFacts | null =>
  unread.length === 0 ? null : { ...NO_FACTS, unread };

function readManifest(source: SourceFile, beside: FilesBeside): FileFacts | null {
  const { path, text } = source;
  const cluster = clusterOf(beside);
  const file = cluster.file(path);
  if (file === null) return null;
  const unread: Unread[] = [];
  if (file.failure !== null) {
    const isTemplate = text.includes('{{');
    unread.push({
      place: { file: path, line: file.failure.line },
      what: 'Kubernetes manifest',
      why: isTemplate ? 'it is a template: render it first, and check what comes out' : file.failure.why,
    });
  }
  const isOfChart = chartOf(path, beside) !== null;
  const own = cluster.objects.filter((one) => one.file === path);
  for (const binding of own.filter(({ kind }) => kind === 'TargetGroupBinding'))
    unread.push({
      place: binding.place,
      what: titleOf(binding),
      why: `its target group is made elsewhere (${textOf(at(binding.value, 'spec', 'targetGroupARN')) === null ? 'by name' : 'by ARN'}): join it by hand`,
    });
  const { loadBalancers, groups } = balancingOf(cluster);
  for (const { group, service } of groups)
    if (service === null && group.place.file === path && !isOfChart)
      unread.push({
        place: group.place,
        what: `pods behind ${group.name}`,
        why: 'the Service is not among the files',
      });
  const workloads = cluster.ofKind(...WORKLOAD_KINDS);
  const facts: FileFacts = {
    ...NO_FACTS,
    loadBalancers: loadBalancers.filter(({ place }) => place.file === path),
    targetGroups: groups.map(({ group }) => group).filter(({ place }) => place.file === path),
    workloads: workloads.filter((one) => one.file === path).map((one) => workloadOf(one, groups, workloads)),
    unread,
  };
  const found = [facts.loadBalancers, facts.targetGroups, facts.workloads, unread];
  return found.some(({ length }) => length > 0) ? facts : null;
}

function read(source: SourceFile, beside: FilesBeside): FileFacts | null {
  const { path, text } = source;
  if (/(^|\/)Chart\.yaml$/.test(path)) return unreadFacts(unreadChart(path, beside));
  if (isKustomization(path)) {
    const isBalanced = balancingOf(clusterOf(beside)).loadBalancers.length > 0;
    return unreadFacts(unreadPatches(source, beside, isBalanced));
  }
  return mayBeManifest(text)
    ? readManifest(source, beside)
    : path.endsWith('.json')
      ? null
      : unreadFacts(unreadValues(source, beside));
}

/** Kubernetes manifests for the AWS Load Balancer Controller: Ingress, Gateway API, Services and workloads. */
export const KUBERNETES_READER: FileReader = {
  reads: 'Kubernetes manifests (YAML, JSON), templates of Helm charts',
  takes: isManifestPath,
  read,
};
