import { lookUpServer } from '../../advice/servers.ts';
import type { CauseRow } from '../cause-row.ts';
import { anyTag, TAGS } from '../tags.ts';

const USUAL = [
  'nginx:  keepalive_requests 100000;',
  'Apache: MaxKeepAliveRequests 0',
  'Tomcat: maxKeepAliveRequests="-1"',
];

export const requestsPerConnectionLimit: CauseRow = {
  id: 'requests-per-connection-limit',
  advise: (bundle) => {
    const server = anyTag(bundle, TAGS.server);
    const row = server === null ? null : lookUpServer(server);
    const setting = row?.requestsPerConnection.setting ?? null;
    const title =
      setting === null
        ? 'On the targets: lift the limit of requests per connection, or announce the close'
        : `On the targets (${row?.name}): lift ${setting}`;
    return [
      {
        title,
        why:
          'a server that closes after its Nth request without "Connection: close" on the last response races with the next request. ' +
          'Side effect: connections live longer, so load spreads more slowly over new targets.',
        commands:
          setting === null
            ? USUAL
            : [`raise or lift ${setting} in the configuration of ${row?.name}, then reload`],
        rollback: ['set the limit back to its value of before and reload'],
      },
    ];
  },
};
