import type { CauseRow } from '../cause-row.ts';

export const malformedResponse: CauseRow = {
  id: 'malformed-response',
  advise: () => [
    {
      title: 'On the targets: find the paths that fail and look at their raw response',
      why: 'two Content-Length headers, invalid header characters, a broken chunk or a connection closed inside the body make the load balancer answer 502, each time the same path is asked. Side effect: none, looking changes nothing.',
      commands: [
        "on the target's network: curl -sv --raw http://TARGET:PORT/PATH -o /dev/null",
        // The summary of the log names few paths, so the lines themselves have to tell.
        'in a folder with the access log: zcat *.log.gz | awk \'$9 == 502 && $10 == "-" {print $14}\' | cut -d? -f1 | sort | uniq -c | sort -rn | head',
      ],
      rollback: ['redeploy the version of before'],
    },
  ],
};
