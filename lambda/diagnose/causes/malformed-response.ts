import type { CauseRow } from '../cause-row.ts';

export const malformedResponse: CauseRow = {
  id: 'malformed-response',
  advise: () => [
    {
      title: 'On the targets: find the paths that fail and look at their raw response',
      why: 'two Content-Length headers, invalid header characters, a broken chunk or a connection closed inside the body make the load balancer answer 502, each time the same path is asked. Side effect: none, looking changes nothing.',
      commands: [
        "on the target's network: curl -sv --raw http://TARGET:PORT/PATH -o /dev/null",
        'npx alb502 logs s3://BUCKET/PREFIX   # names the paths',
      ],
      rollback: ['redeploy the version of before'],
    },
  ],
};
