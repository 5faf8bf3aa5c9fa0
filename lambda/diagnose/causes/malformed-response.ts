import type { EvidenceBundle } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { answerCommands, curl, FROM_THEIR_NETWORK, placeholdersOf, printable } from '../remedies/command.ts';
import { explainedPath, failingShare, urlToAsk, urlToShow } from '../remedies/failed-url.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { previousVersion } from '../remedies/previous-version.ts';

const COUNT_PATHS = [
  '# in a folder with the access log:',
  'zcat *.log.gz | awk \'$9 == 502 {if ($10 == "-") print $14}\' | cut -d"?" -f1 | sort | uniq -c | sort -rn | head',
];

const DEFECTS =
  'two Content-Length headers, invalid header characters, a broken chunk or a connection closed inside the body make the load balancer answer 502';

/** Which requests have such an answer, as far as the log tells. */
function whenText(bundle: EvidenceBundle): string {
  const share = failingShare(bundle, 'malformed-response');
  if (share === null) return '';
  return /^(?:9\d|100) %$/.test(share)
    ? ', every time this path is requested'
    : `. ${share.startsWith('under') ? 'Under 1 %' : `Only ${share}`} of the requests for this path fail, so one request may show nothing: repeat one that failed, with its query, headers and body`;
}

/** A request that may change something is not repeated without a thought. */
function isSafe(path: string | null): boolean {
  return path === null || /^(?:GET|HEAD|OPTIONS) /.test(path);
}

const lookCommands = (bundle: EvidenceBundle, path: string | null): string[] => [
  FROM_THEIR_NETWORK,
  ...placeholdersOf(urlToShow(bundle, 'malformed-response')),
  curl(urlToShow(bundle, 'malformed-response'), 'v', '--raw -o /dev/null'),
  ...answerCommands(urlToAsk(bundle, 'malformed-response'), knownIdleTimeoutSeconds(bundle)),
  // Where the log names no path of its own, the lines themselves have to tell.
  ...(path === null ? COUNT_PATHS : []),
];

/** No line of advice changes anything, and nobody knows what such a request does. */
const REPEAT_ELSEWHERE =
  '# on a test system: repeat a request that failed, with its method and body, and look at the raw response (curl -v --raw)';

/** The answer breaks the rules of HTTP/1.1. */
export const malformedResponse: CauseRow = {
  id: 'malformed-response',
  advise: (bundle) => {
    const path = explainedPath(bundle, 'malformed-response');
    return [
      {
        title:
          path === null
            ? 'On the targets: find the paths that fail and look at their raw response'
            : `On the targets: look at the raw response to ${printable(path)}`,
        why: `${DEFECTS}${whenText(bundle)}. ${isSafe(path) ? 'Side effect: none, it only reads.' : 'Side effect: such a request may change data, so repeat it on a test system only.'}`,
        commands: isSafe(path) ? lookCommands(bundle, path) : [REPEAT_ELSEWHERE],
        rollback: [],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      ...previousVersion(bundle, groupThatFailed(bundle)),
    ];
  },
};
