import { type CheckResult, comparedPaths } from '../check-repository.ts';
import type { Finding } from '../compare/finding.ts';
import { isCompared } from '../compare/keep-alive.ts';
import { timeoutsText } from '../document/path-text.ts';
import type { CheckedPath } from '../join/path.ts';
import { serverName } from '../join/server-kind.ts';
import type { CheckedServer, Place } from '../model.ts';

/** A file that was found and not read. */
export interface SkippedFile {
  readonly file: string;
  readonly why: string;
}

const at = (place: Place | null): { readonly file: string | null; readonly line: number | null } => ({
  file: place?.file ?? null,
  line: place?.line ?? null,
});

const serverJson = (server: CheckedServer) => ({
  id: server.id,
  server: server.server,
  name: serverName(server),
  version: server.version,
  ...at(server.keepAliveSeconds.place),
  keepAlive: server.keepAliveSeconds.state,
  // JSON has no infinity: what is never closed is null beside "set" or "default".
  keepAliveSeconds:
    server.keepAliveSeconds.state !== 'unknown' && Number.isFinite(server.keepAliveSeconds.value)
      ? server.keepAliveSeconds.value
      : null,
});

const pathJson = (path: CheckedPath) => {
  const { loadBalancer, targetGroup, workload, container, server, behind, certainty, assumed } = path;
  const { idleTimeout, origin } = loadBalancer;
  return {
    timeouts: timeoutsText(path),
    compared: isCompared(path),
    certainty,
    assumed,
    loadBalancer: {
      id: loadBalancer.id,
      name: loadBalancer.name,
      ...at(loadBalancer.place),
      origin,
      idleTimeout: idleTimeout.state,
      idleTimeoutSeconds: idleTimeout.state === 'unknown' ? null : idleTimeout.value,
    },
    targetGroup:
      targetGroup === null
        ? null
        : {
            id: targetGroup.id,
            name: targetGroup.name,
            ...at(targetGroup.place),
            protocolVersion: targetGroup.protocolVersion,
            targetType: targetGroup.targetType,
          },
    workload:
      workload === null
        ? null
        : {
            id: workload.id,
            name: workload.name,
            ...at(workload.place),
            container: container?.name ?? null,
          },
    server: server === null ? null : serverJson(server),
    behind: behind.map(serverJson),
  };
};

const findingJson = (finding: Finding) => ({
  rule: finding.rule,
  severity: finding.severity,
  key: finding.key,
  ...at(finding.place),
  message: finding.message,
  why: finding.why,
  assumed: finding.assumed,
  write: finding.write.map(({ place, where, lines }) => ({ ...at(place), where, lines })),
  places: finding.places.map(({ place, what }) => ({ ...at(place), what })),
});

/** What `check --json` prints (contract, version 1; docs/check.md has its form). */
export const checkJson = (result: CheckResult, skipped: readonly SkippedFile[]) => ({
  version: 1 as const,
  files: result.facts.files.length,
  loadBalancers: result.facts.loadBalancers.length,
  targetGroups: result.facts.targetGroups.length,
  servers: result.facts.servers.length,
  comparedPaths: comparedPaths(result),
  paths: result.paths.map(pathJson),
  findings: result.findings.map(findingJson),
  accepted: result.accepted.map(findingJson),
  staleBaseline: result.stale.map(({ rule, key }) => ({ rule, key })),
  notJoined: result.notJoined.map(({ name, place, why, write }) => ({ name, ...at(place), why, write })),
  notRead: result.unread.map(({ place, what, why }) => ({ ...at(place), what, why })),
  skipped,
});
