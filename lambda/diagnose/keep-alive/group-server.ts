import type { TargetProtocol } from '../../advice/server-advice.ts';
import { defaultKeepAliveSeconds, type ServerDefault } from '../../advice/servers.ts';
import { type WorkloadServer, workloadServer } from '../../advice/workload-server.ts';
import type { EvidenceBundle, KeepAliveFact, TargetGroup } from '../../model/evidence.ts';
import { hasAgent, TAGS, tagOf } from '../bundle/tags.ts';

/** The server that answers the load balancer on the targets of a group. */
export interface GroupServer {
  /** As the table of servers reads it: `gunicorn-uvicorn`, `nginx/1.27`. */
  readonly text: string;
  readonly namedBy: 'tag' | 'workload' | 'header';
  /** Where, word for word: `the command of task definition shop:42: gunicorn app:app -k gthread`. */
  readonly where: string;
}

/** What the workload of a group says of its server; null where there is none, or it does not say. */
function ofWorkload({ workload, ...group }: TargetGroup): WorkloadServer | null {
  const service = workload?.ecsService;
  // The load balancer's connections end before the container then.
  if (service === undefined || hasAgent(group)) return null;
  const server = workloadServer(service);
  return server.state === 'named' ? server : null;
}

function ofHeader(group: TargetGroup): GroupServer | null {
  if (group.serverHeader === undefined || hasAgent(group)) return null;
  const { value, detail } = group.serverHeader;
  return { text: value, namedBy: 'header', where: detail };
}

/** The server of a group: as its tag says, else its workload, else the answer of the load balancer itself. */
export function serverOf(bundle: EvidenceBundle, group: TargetGroup): GroupServer | null {
  const tag = tagOf(bundle, group, TAGS.server);
  if (tag !== null) return { text: tag, namedBy: 'tag', where: `the tag ${TAGS.server}` };
  const workload = ofWorkload(group);
  if (workload !== null)
    return { text: workload.server, namedBy: 'workload', where: `the ${workload.where}` };
  return ofHeader(group);
}

/** The first server that is known of any group of the load balancer. */
export const anyServer = (bundle: EvidenceBundle): GroupServer | null =>
  bundle.targetGroups.flatMap((group) => serverOf(bundle, group) ?? [])[0] ?? null;

/** The protocol of the load balancer's connections to the targets of a group. */
export const targetProtocolOf = ({ protocolVersion }: TargetGroup): TargetProtocol =>
  protocolVersion === 'HTTP2' || protocolVersion === 'GRPC' ? protocolVersion : 'HTTP1';

const CERTAINTY: Readonly<Record<ServerDefault['certainty'], string>> = {
  documented: '',
  measured: '',
  source: '',
  unverified: ' (not verified)',
  'version-unknown': ' (it differs between versions, and none is named)',
};

const base = (group: TargetGroup) => ({
  targetGroupArn: group.arn,
  target: null,
  lowSeconds: null,
  highSeconds: null,
  at: null,
});

/** Whether a default holds is not said where something sets the keep-alive to what cannot be read. */
function defaultFact(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveFact[] {
  const server = serverOf(bundle, group);
  const fallback = server === null ? null : defaultKeepAliveSeconds(server.text);
  if (server === null || fallback === null || fallback.seconds === null) return [];
  const keepAlive = server.namedBy === 'workload' ? ofWorkload(group)?.keepAlive : undefined;
  if (keepAlive !== undefined && keepAlive.state !== 'default') return [];
  const unless = keepAlive?.unless ? `; ${keepAlive.unless} may set another` : '';
  const version = server.namedBy === 'tag' || fallback.version === null ? '' : ` ${fallback.version}`;
  const detail = `default of ${fallback.name}${version}${CERTAINTY[fallback.certainty]}, named by ${server.where}${unless}`;
  return [{ ...base(group), seconds: fallback.seconds, source: 'server-default', detail }];
}

/** What the server of a group and its configuration say of the keep-alive. */
export function factsFromServer(bundle: EvidenceBundle, group: TargetGroup): readonly KeepAliveFact[] {
  const configured = ofWorkload(group);
  if (configured?.keepAlive.state !== 'set') return defaultFact(bundle, group);
  const { seconds } = configured.keepAlive;
  const fact = { ...base(group), seconds, source: 'configuration', detail: configured.where } as const;
  return [fact, ...defaultFact(bundle, group)];
}

/**
 * Whether a fact is only the default of a server that nobody named for this monitor: to be checked before anything is
 * changed for it.
 */
export const isAssumed = (bundle: EvidenceBundle, group: TargetGroup, fact: KeepAliveFact): boolean =>
  fact.source === 'server-default' && serverOf(bundle, group)?.namedBy !== 'tag';
