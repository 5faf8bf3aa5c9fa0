import type { CauseRow } from '../cause-row.ts';
import { curl, printable } from '../remedies/command.ts';
import { explainedPath } from '../remedies/failed-url.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { previousVersion } from '../remedies/previous-version.ts';
import { linesForAnswer, notAskedAgain } from '../remedies/raw-response.ts';

/** The headers of the answer are above the limit of a load balancer. */
export const responseHeaderTooLarge: CauseRow = {
  id: 'response-header-too-large',
  advise: (bundle) => {
    const path = explainedPath(bundle, 'response-header-too-large');
    const again = notAskedAgain(bundle, 'response-header-too-large');
    const alsoDoes = again === null || again.sideEffect === null ? '' : `; ${again.sideEffect}`;
    return [
      {
        title:
          path === null
            ? 'On the targets: send fewer or smaller response headers'
            : `On the targets: send fewer or smaller response headers in answers to ${printable(path)}`,
        why: `the load balancer accepts at most 32 K of response headers in all, and the limit cannot be raised. Usually it is large Set-Cookie or Content-Security-Policy headers.${again === null ? '' : ` ${again.why}`} Side effect: users with the large cookie may have to sign in again${alsoDoes}.`,
        commands: linesForAnswer(
          bundle,
          'response-header-too-large',
          (asked) => `${curl(asked, '', '-D - -o /dev/null')} | wc -c`,
        ),
        rollback: [],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      ...previousVersion(bundle, groupThatFailed(bundle)),
    ];
  },
};
