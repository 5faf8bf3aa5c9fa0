import type { CauseRow } from '../cause-row.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { answerCommands, curl, FROM_THEIR_NETWORK, placeholdersOf, printable } from '../remedies/command.ts';
import { explainedPath, urlToAsk, urlToShow } from '../remedies/failed-url.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { previousVersion } from '../remedies/previous-version.ts';

/** The headers of the answer are above the limit of a load balancer. */
export const responseHeaderTooLarge: CauseRow = {
  id: 'response-header-too-large',
  advise: (bundle) => {
    const path = explainedPath(bundle, 'response-header-too-large');
    return [
      {
        title:
          path === null
            ? 'On the targets: send fewer or smaller response headers'
            : `On the targets: send fewer or smaller response headers in answers to ${printable(path)}`,
        why: 'the load balancer accepts at most 32 K of response headers in all, and the limit cannot be raised. Usually it is large Set-Cookie or Content-Security-Policy headers. Side effect: users with the large cookie may have to sign in again.',
        commands: [
          FROM_THEIR_NETWORK,
          ...placeholdersOf(urlToShow(bundle, 'response-header-too-large')),
          `${curl(urlToShow(bundle, 'response-header-too-large'), '', '-D - -o /dev/null')} | wc -c`,
          ...answerCommands(urlToAsk(bundle, 'response-header-too-large'), knownIdleTimeoutSeconds(bundle)),
        ],
        rollback: [],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      ...previousVersion(bundle, groupThatFailed(bundle)),
    ];
  },
};
