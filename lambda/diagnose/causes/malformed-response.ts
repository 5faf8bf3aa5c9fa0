import type { EvidenceBundle } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { curl, printable } from '../remedies/command.ts';
import { explainedPath, failingShare } from '../remedies/failed-url.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { previousVersion } from '../remedies/previous-version.ts';
import { linesForAnswer, notAskedAgain } from '../remedies/raw-response.ts';

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
  if (/^(?:9\d|100) %$/.test(share)) return ', every time this path is requested';
  const what =
    notAskedAgain(bundle, 'malformed-response') === null
      ? 'repeat one that failed, with its query, headers and body'
      : 'look at one that failed';
  return `. ${share.startsWith('under') ? 'Under 1 %' : `Only ${share}`} of the requests for this path fail, so one request may show nothing: ${what}`;
}

function howText(bundle: EvidenceBundle): string {
  const { why, sideEffect } = notAskedAgain(bundle, 'malformed-response') ?? { why: '', sideEffect: null };
  return `${why === '' ? '' : `${why} `}Side effect: ${sideEffect ?? 'none, it only reads'}.`;
}

const lookCommands = (bundle: EvidenceBundle, path: string | null): string[] => [
  ...linesForAnswer(bundle, 'malformed-response', (asked) => curl(asked, 'v', '--raw -o /dev/null')),
  // Where the log names no path of its own, the lines themselves have to tell.
  ...(path === null ? COUNT_PATHS : []),
];

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
        why: `${DEFECTS}${whenText(bundle)}. ${howText(bundle)}`,
        commands: lookCommands(bundle, path),
        rollback: [],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      ...previousVersion(bundle, groupThatFailed(bundle)),
    ];
  },
};
