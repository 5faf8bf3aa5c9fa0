import type { ServerRow } from '../../advice/server.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';

const WHY =
  'a server that closes a connection at an age, without "Connection: close" on the last response, races with the next request.';
/** What it costs that connections are not ended. */
export const LONGER_LIVES =
  'Side effect: connections live longer, so load spreads more slowly to new targets, and memory held by a connection is freed later.';

/** Where connections end at an age, and the server of the targets has such a setting, or is not known to have one. */
export function liftAge(row: ServerRow | null): Omit<OwnedAction, 'owner'> {
  if (row !== null && row.connectionAge !== null) {
    const { setting, byDefault, lift } = row.connectionAge;
    const reload = row.reload === null ? [] : [row.reload];
    return {
      title: `On the targets (${row.name}): lift ${setting}`,
      why: `${WHY} By default: ${byDefault}. ${LONGER_LIVES}`,
      commands: [...lift, ...reload],
      rollback: [
        `# set ${setting} back to its previous value, or remove the line if it was not there`,
        ...reload,
      ],
      layer: 'target',
    };
  }
  const note =
    row === null ? '' : ` ${row.name} is not known to have such a limit: look at what is in front of it.`;
  return {
    title: 'On the targets: lift the maximum age of connections, or announce the close',
    why: `${WHY}${note} ${LONGER_LIVES}`,
    commands: [
      '# nginx:',
      'keepalive_time 24h;',
      '# Envoy and what is built on it: remove max_connection_duration from common_http_protocol_options, or raise it',
      '# gRPC: remove the maximum connection age, or give it a grace period that is longer than the longest call',
      '# others: look for a maximum age, lifetime or duration of connections, in a proxy or sidecar as well',
    ],
    rollback: ['# set the limit back to its previous value, then reload'],
    layer: 'target',
  };
}
