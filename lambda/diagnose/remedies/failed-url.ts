import type { NamedCause } from '../../model/cause.ts';
import type { EvidenceBundle, ResponseFault, TargetGroup } from '../../model/evidence.ts';
import type { Explanation } from '../../model/explanation.ts';
import { isNamed } from '../failure-parts.ts';
import { type AskedUrl, targetUrl } from './command.ts';
import { failingPaths } from './failing-paths.ts';

/** A path of a target that failed, as it is asked for without the load balancer. */
export interface FailedUrl extends AskedUrl {
  readonly targetGroupArn: string;
  /** As the target got it. */
  readonly path: string;
  /** As the client asked for it. */
  readonly clientPath: string;
}

/**
 * The group that a target of the log or of a probe belongs to: the one in which its address is registered. An instance
 * is registered by its id, so its address tells nothing: it belongs where the log has it, or where one group alone has
 * instances on its port. Where a group's targets are not known, the log is believed as well.
 *
 * @param name - `ADDRESS:PORT`, an IPv6 address in brackets
 */
export function groupOfTarget({ targetGroups, accessLog }: EvidenceBundle, name: string): TargetGroup | null {
  const port = Number(name.slice(name.lastIndexOf(':') + 1));
  const host = name.slice(0, name.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  const has = (group: TargetGroup, id: (id: string) => boolean): boolean =>
    group.targets.some((target) => id(target.id) && (target.port ?? group.port) === port);
  const byAddress = targetGroups.find((group) => has(group, (id) => id === host));
  if (byAddress !== undefined) return byAddress;
  const byPort = targetGroups.filter(
    (group) => group.targetType === 'instance' && has(group, (id) => id.startsWith('i-')),
  );
  if (byPort.length === 1) return byPort[0] ?? null;
  const logged = accessLog?.targetGroups.find(({ targets }) => targets.some(({ target }) => target === name));
  const byLog = targetGroups.find(({ arn }) => arn === logged?.targetGroupArn);
  return byLog && (byPort.includes(byLog) || byLog.targets.length === 0) ? byLog : null;
}

/** The failed paths that can be asked of their targets, those that failed most often first. */
export function failedUrls(bundle: EvidenceBundle): readonly FailedUrl[] {
  const placeOf = (target: string) => {
    const group = groupOfTarget(bundle, target);
    return group === null ? undefined : { targetGroupArn: group.arn, group };
  };
  return failingPaths(bundle.accessLog?.failingRequests ?? [], placeOf).map(
    ({ place, target, path, clientPath, host }) => ({
      url: targetUrl(place.group, target, path),
      host,
      targetGroupArn: place.targetGroupArn,
      path,
      clientPath,
    }),
  );
}

/**
 * Method and path that an explanation names for the failures of a cause: `GET /export`; `*` stands for a part that
 * differs. Where a rule rewrote it, what the targets got, and the client's path beside it. null where none names one.
 */
export function explainedPath(bundle: EvidenceBundle, cause: NamedCause): string | null {
  const asked = askedPath(bundle, cause);
  if (asked === null) return null;
  const sent = failedUrls(bundle).find((url) => isOfPath(url, asked) && isRewritten(url));
  return sent === undefined
    ? asked
    : `${methodOf(asked)} ${sent.host ?? ''}${sent.path}, which clients asked for as ${asked}`;
}

const methodOf = (path: string): string => path.split(' ', 1)[0] ?? path;

const isRewritten = ({ path, clientPath, host }: FailedUrl): boolean => path !== clientPath || host !== null;

/**
 * The methods with which clients asked for what an explanation names for a cause; where none names a path, those of the
 * failed requests that the log names.
 */
export function explainedMethods(bundle: EvidenceBundle, cause: NamedCause): readonly string[] {
  const path = askedPath(bundle, cause);
  if (path !== null) return [methodOf(path)];
  const own = bundle.accessLog?.explanations?.find(
    ({ kind, causes }) => kind === 'path' && causes.some((one) => one.cause === cause),
  );
  const [, named] =
    /^(?:[\d,]+ of [\d,]+ failed requests )?are requests for (.+?), (?:under )?\d+ %/.exec(own?.fact ?? '') ??
    [];
  return named === undefined
    ? (bundle.accessLog?.failingRequests ?? []).map(({ method }) => method)
    : named.split(', ').map(methodOf);
}

const explanationOf = ({ accessLog }: EvidenceBundle, cause: NamedCause): Explanation | undefined =>
  accessLog?.explanations?.find(
    ({ kind, where, causes }) =>
      kind === 'path' && where.path !== null && causes.some((one) => one.cause === cause),
  );

/** The same as the clients asked for it. */
const askedPath = (bundle: EvidenceBundle, cause: NamedCause): string | null =>
  explanationOf(bundle, cause)?.where.path ?? null;

/** How many of the requests for that path fail: `100 %`, `under 1 %`; null where that is not known. */
export const failingShare = (bundle: EvidenceBundle, cause: NamedCause): string | null =>
  /; ((?:under )?\d+ %) of them fail/.exec(explanationOf(bundle, cause)?.fact ?? '')?.[1] ?? null;

/** Whether a failed URL is of the path that an explanation names. */
function isOfPath({ clientPath }: FailedUrl, explained: string): boolean {
  const segments = clientPath.split('/');
  const pattern = explained.replace(/^\S+ /, '').split('/');
  return (
    pattern.length === segments.length &&
    pattern.every((segment, place) => segment === '*' || segment === segments[place])
  );
}

/**
 * A path that was not among the failed requests that are named, of a target that failed; none where rules rewrite
 * paths, for then nobody knows what the target got.
 */
function urlOfPath(bundle: EvidenceBundle, explained: string): readonly FailedUrl[] {
  const [, path] = /^GET (\/[\x21-\x7e]*)$/.exec(explained) ?? [];
  if (path === undefined || path.includes('*')) return [];
  if (failedUrls(bundle).some(isRewritten)) return [];
  return bundle.targetGroups.flatMap((group) => {
    const target = failedTargetOf(bundle, group);
    return target === null
      ? []
      : [
          {
            url: targetUrl(group, target, path),
            host: null,
            targetGroupArn: group.arn,
            path,
            clientPath: path,
          },
        ];
  });
}

/** The failed paths to ask for a cause: those that an explanation names for it, or else all. */
function urlsFor(bundle: EvidenceBundle, cause: NamedCause | null): readonly FailedUrl[] {
  const explained = cause === null ? null : askedPath(bundle, cause);
  const urls = failedUrls(bundle);
  if (explained === null) return urls;
  const own = urls.filter((url) => isOfPath(url, explained));
  return own.length > 0 ? own : urlOfPath(bundle, explained);
}

/** The URL that shows a fault best: one that was seen with it, or else the one that failed most often. */
export function urlToShow(bundle: EvidenceBundle, fault: ResponseFault): AskedUrl | null {
  const seen = bundle.responseFacts?.find((fact) => fact.fault === fault);
  const group = bundle.targetGroups.find(({ arn }) => arn === seen?.targetGroupArn);
  if (!seen || !group) return urlsFor(bundle, isNamed(fault) ? fault : null)[0] ?? null;
  const failed = failedUrls(bundle).find(
    ({ targetGroupArn, path }) => targetGroupArn === seen.targetGroupArn && path === seen.path,
  );
  return { url: targetUrl(group, seen.target, seen.path), host: failed?.host ?? null };
}

/**
 * The failed path to ask next: one of which no answer is known; null where there is none.
 *
 * @param cause - what is asked for: where an explanation names paths for it, only those
 */
export function urlToAsk(bundle: EvidenceBundle, cause: NamedCause | null = null): AskedUrl | null {
  const asked = new Set(bundle.responseFacts?.map(({ targetGroupArn, path }) => `${targetGroupArn} ${path}`));
  const next = urlsFor(bundle, cause).find(
    ({ targetGroupArn, path }) => !asked.has(`${targetGroupArn} ${path}`),
  );
  return next ?? null;
}

/** `ADDRESS:PORT` of the target of a group that failed most often; null where the log names none. */
export function failedTargetOf({ accessLog }: EvidenceBundle, { arn }: TargetGroup): string | null {
  const logged = accessLog?.targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn);
  return logged?.targets.find(({ elb502 }) => elb502 > 0)?.target ?? null;
}
