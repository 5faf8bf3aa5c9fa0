import type { CauseRow } from '../cause-row.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { answerCommands, curl, FROM_THEIR_NETWORK, placeholdersOf, printable } from '../remedies/command.ts';
import { explainedPath, urlToAsk, urlToShow } from '../remedies/failed-url.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { previousVersion } from '../remedies/previous-version.ts';

const COUNT_PATHS = [
  '# in a folder with the access log:',
  'zcat *.log.gz | awk \'$9 == 502 {if ($10 == "-") print $14}\' | cut -d"?" -f1 | sort | uniq -c | sort -rn | head',
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
        why: 'two Content-Length headers, invalid header characters, a broken chunk or a connection closed inside the body make the load balancer answer 502, every time the same path is requested. Side effect: none, it only reads.',
        commands: [
          FROM_THEIR_NETWORK,
          ...placeholdersOf(urlToShow(bundle, 'malformed-response')),
          curl(urlToShow(bundle, 'malformed-response'), 'v', '--raw -o /dev/null'),
          ...answerCommands(urlToAsk(bundle, 'malformed-response'), knownIdleTimeoutSeconds(bundle)),
          // Where the log names no path of its own, the lines themselves have to tell.
          ...(path === null ? COUNT_PATHS : []),
        ],
        rollback: [],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      ...previousVersion(bundle, groupThatFailed(bundle)),
    ];
  },
};
