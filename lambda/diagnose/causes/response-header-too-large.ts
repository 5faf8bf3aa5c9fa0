import type { CauseRow } from '../cause-row.ts';

export const responseHeaderTooLarge: CauseRow = {
  id: 'response-header-too-large',
  advise: () => [
    {
      title: 'On the targets: send fewer or smaller response headers',
      why: 'the load balancer takes at most 32 K of response headers in all, and the limit cannot be raised. Large Set-Cookie and Content-Security-Policy headers are the usual ones. Side effect: users with the large cookie may have to sign in again.',
      commands: ["on the target's network: curl -s -D - -o /dev/null http://TARGET:PORT/PATH | wc -c"],
      rollback: ['redeploy the version of before'],
    },
  ],
};
