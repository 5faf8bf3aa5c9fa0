import type { CauseRow } from '../cause-row.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { answerCommands, curl, FROM_THEIR_NETWORK, printable } from '../remedies/command.ts';
import { explainedPath, urlToAsk, urlToShow } from '../remedies/failed-url.ts';

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
        why: 'the load balancer takes at most 32 K of response headers in all, and the limit cannot be raised. Large Set-Cookie and Content-Security-Policy headers are the usual ones. Side effect: users with the large cookie may have to sign in again.',
        commands: [
          FROM_THEIR_NETWORK,
          `${curl(urlToShow(bundle, 'response-header-too-large'), '', '-D - -o /dev/null')} | wc -c`,
          ...answerCommands(urlToAsk(bundle, 'response-header-too-large'), knownIdleTimeoutSeconds(bundle)),
        ],
        rollback: ['redeploy the version of before'],
      },
    ];
  },
};
