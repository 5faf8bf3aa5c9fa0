import type { NamedCause } from '../../model/cause.ts';
import type { EvidenceBundle, ResponseFault } from '../../model/evidence.ts';
import { anyTag, TAGS } from '../bundle/tags.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { type AskedUrl, answerCommands, argument, FROM_THEIR_NETWORK, placeholdersOf } from './command.ts';
import { explainedMethods, failedTargetOf, urlToAsk, urlToShow } from './failed-url.ts';
import { groupThatFailed } from './owners.ts';

// How to see an answer as the target sent it. No line changes anything, and nobody knows what a request does that may
// change data: of such a path the answer is found where it was written, not asked for again.

/** Causes that the answer itself shows. */
type ShownByAnswer = NamedCause & ResponseFault;

/** By RFC 9110 (section 9.2.1) these change nothing. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether what failed was only asked for with methods that may change data. */
function mayChangeData(bundle: EvidenceBundle, cause: NamedCause): boolean {
  const methods = explainedMethods(bundle, cause);
  return methods.length > 0 && methods.every((method) => !SAFE.has(method));
}

/** What is said with the lines for such a path, and what a capture does besides; null where it may be asked for. */
export function notAskedAgain(
  bundle: EvidenceBundle,
  cause: NamedCause,
): { readonly why: string; readonly sideEffect: string | null } | null {
  if (!mayChangeData(bundle, cause)) return null;
  const isCaptured = captured(bundle).length > 0;
  return {
    why: `Such a request may change data, so none is sent again: the log of the server has what happened${isCaptured ? ', and a capture the answer' : ''}.`,
    sideEffect: isCaptured ? 'a capture holds what users send, so delete it afterwards' : null,
  };
}

/** The line of the application's own log for a request; a log of the target may have its trace ID. */
export function logSearch(
  bundle: EvidenceBundle,
  traceId: string,
): { readonly look: string; readonly remark: readonly string[] } {
  const logGroup = anyTag(bundle, TAGS.logGroup);
  const group = logGroup === null ? 'LOG_GROUP' : argument('LOG_GROUP', logGroup);
  return {
    look: `aws logs filter-log-events --region ${argument('REGION', bundle.region)} --log-group-name ${group} --filter-pattern ${argument('TRACE_ID', `"${traceId}"`)}`,
    remark: logGroup === null ? ['# LOG_GROUP: the one the application writes to'] : [],
  };
}

function inTheLog(bundle: EvidenceBundle): readonly string[] {
  const failed = bundle.accessLog?.failingRequests?.find(
    ({ method, traceId }) => !SAFE.has(method) && traceId !== null,
  );
  const times = failed === undefined ? 'at the times of the failed requests' : `at ${failed.at}, for one`;
  const search = failed === undefined || failed.traceId === null ? null : logSearch(bundle, failed.traceId);
  return [
    `# in the log of the server, ${times}: the error it met while it wrote the answer`,
    ...(search === null ? [] : ['# where it has trace IDs:', ...search.remark, search.look]),
  ];
}

/** Nothing where the answer is encrypted on its way. */
function captured(bundle: EvidenceBundle): readonly string[] {
  const group = groupThatFailed(bundle);
  if (group?.protocol === 'HTTPS') return [];
  const target = group === undefined ? null : failedTargetOf(bundle, group);
  const port = target?.slice(target.lastIndexOf(':') + 1) ?? group?.targets[0]?.port ?? group?.port ?? null;
  return [
    '# on a target, as root, until a request fails; it stops after 20,000 packets:',
    ...(port === null ? ['# PORT: that of the target'] : []),
    `tcpdump -i any -s 0 -c 20000 -w failed.pcap 'tcp port ${port ?? 'PORT'}'`,
    'tcpdump -A -r failed.pcap   # the answer to a failed request, as it was sent',
  ];
}

const ON_A_TEST_SYSTEM =
  '# on a test system: repeat a request that failed, with its method and body, and look at the raw response (curl -v --raw)';

/** Lines that show the raw answer where asking for it may change data; `ask` are those that ask with GET. */
function withoutAsking(bundle: EvidenceBundle, cause: ShownByAnswer, ask: readonly string[]): string[] {
  return [
    ...inTheLog(bundle),
    ...captured(bundle),
    ...(urlToShow(bundle, cause) === null
      ? []
      : ['# GET of the same path failed as well, and changes nothing:', ...ask]),
    ON_A_TEST_SYSTEM,
  ];
}

/**
 * Lines that show the raw answer to a path that failed: they ask a target for it, and probe it, where that changes
 * nothing.
 *
 * @param curlLine - asks for a URL; null where none is known
 */
export function linesForAnswer(
  bundle: EvidenceBundle,
  cause: ShownByAnswer,
  curlLine: (asked: AskedUrl | null) => string,
): string[] {
  const shown = urlToShow(bundle, cause);
  const ask = [
    FROM_THEIR_NETWORK,
    ...placeholdersOf(shown),
    curlLine(shown),
    ...answerCommands(urlToAsk(bundle, cause), knownIdleTimeoutSeconds(bundle)),
  ];
  return mayChangeData(bundle, cause) ? withoutAsking(bundle, cause, ask) : ask;
}
