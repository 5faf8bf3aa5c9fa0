import type { CauseRow } from '../cause-row.ts';
import { answerCommands, curl, FROM_THEIR_NETWORK } from '../command.ts';
import { urlToAsk, urlToShow } from '../failed-url.ts';

export const malformedResponse: CauseRow = {
  id: 'malformed-response',
  advise: (bundle) => [
    {
      title: 'On the targets: find the paths that fail and look at their raw response',
      why: 'two Content-Length headers, invalid header characters, a broken chunk or a connection closed inside the body make the load balancer answer 502, each time the same path is asked. Side effect: none, looking changes nothing.',
      commands: [
        FROM_THEIR_NETWORK,
        curl(urlToShow(bundle, 'malformed-response'), 'v', '--raw -o /dev/null'),
        ...answerCommands(urlToAsk(bundle)),
        // The summary of the log names few paths, so the lines themselves have to tell.
        '# in a folder with the access log:',
        'zcat *.log.gz | awk \'$9 == 502 {if ($10 == "-") print $14}\' | cut -d"?" -f1 | sort | uniq -c | sort -rn | head',
      ],
      rollback: ['redeploy the version of before'],
    },
  ],
};
