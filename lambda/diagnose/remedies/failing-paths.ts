import type { FailingRequest } from '../../model/access-log-summary.ts';

/** A path that failed on a target whose place is known. */
export interface FailingPath<P> {
  readonly place: P;
  /** `ADDRESS:PORT`, as in the log: the first that failed it. */
  readonly target: string;
  /** As the target got it; without query string. */
  readonly path: string;
  /** As the client asked for it: a rule may have rewritten it. */
  readonly clientPath: string;
  /** The Host that a rule gave the request; null where it kept the client's. */
  readonly host: string | null;
  /** Failures of the path in the group, among the requests that are named. */
  readonly failures: number;
}

/** What redaction leaves behind: the path is not whole, so asking for it would show nothing. */
const REDACTED = /…|\[redacted\]|\*\*\*/i;

/**
 * The paths that may be asked for again, those that failed most often first: only GET, which by RFC 9110 (section
 * 9.2.1) changes nothing, and only of targets that have a place. One entry for each path of a group.
 *
 * @param placeOf - where a target of the log belongs; undefined: nowhere, so it is not asked
 */
export function failingPaths<P extends { readonly targetGroupArn: string }>(
  failing: readonly FailingRequest[],
  placeOf: (target: string) => P | undefined,
): readonly FailingPath<P>[] {
  const counted = new Map<string, FailingPath<P>>();
  for (const { method, url, rewrittenUrl, target } of failing) {
    const place = target === null ? undefined : placeOf(target);
    const path = pathOf(rewrittenUrl ?? url);
    if (method !== 'GET' || target === null || place === undefined || path === null) continue;
    const key = `${place.targetGroupArn} ${path}`;
    const clientPath = pathOf(url) ?? path;
    const host = rewrittenHost(url, rewrittenUrl);
    const known = counted.get(key) ?? { place, target, path, clientPath, host, failures: 0 };
    counted.set(key, { ...known, failures: known.failures + 1 });
  }
  return [...counted.values()].sort((left, right) => right.failures - left.failures);
}

/** A name or an address, with a port that is not the scheme's own. */
const AUTHORITY = /^(https?):\/\/([\w.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(?:[/?#]|$)/i;
const OWN_PORT: Readonly<Record<string, string>> = { http: '80', https: '443' };

function hostOf(url: string): string | null {
  const [, scheme = '', name, port] = AUTHORITY.exec(url) ?? [];
  if (name === undefined) return null;
  return port === undefined || port === OWN_PORT[scheme.toLowerCase()] ? name : `${name}:${port}`;
}

function rewrittenHost(url: string, rewrittenUrl: string | undefined): string | null {
  const host = rewrittenUrl === undefined ? null : hostOf(rewrittenUrl);
  return host === null || host.toLowerCase() === hostOf(url)?.toLowerCase() ? null : host;
}

/** A path that can stand in a request line as it is; a query is never asked for, it may be a secret. */
function pathOf(url: string): string | null {
  if (REDACTED.test(url)) return null;
  return /^https?:\/\/[^/]*(\/[\x21-\x7e]*)$/i.exec(url)?.[1]?.split(/[?#]/, 1)[0] ?? null;
}
