import { recognizeServer } from '../../advice/servers.ts';
import type { OwnedAction } from '../../model/diagnosis.ts';
import { requiredKeepAliveSeconds } from '../../model/required-keep-alive.ts';
import { anyTag, TAGS } from '../bundle/tags.ts';
import type { CauseRow } from '../cause-row.ts';
import { endsAtAge } from '../explanation-text.ts';
import { anyServer } from '../keep-alive/group-server.ts';
import { idleTimeoutSecondsOf, knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { idleTimeoutOption } from '../remedies/command.ts';
import { LONGER_LIVES, liftAge } from '../remedies/connection-age.ts';
import { ownerOfTargets } from '../remedies/owners.ts';

type Server = NonNullable<ReturnType<typeof recognizeServer>>['row'];

const WHY =
  'a server that closes after its Nth request without "Connection: close" on the last response races with the next request.';
/** `server.tomcat.max-keep-alive-requests` and `maxKeepAliveRequests` are one setting. */
const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The lines of the advice table that lift the limit. */
function linesFor(row: Server, setting: string, keepAliveSeconds: number): readonly string[] {
  const name = bare(setting.split(/[. ]/).findLast((part) => /[a-z]/i.test(part)) ?? setting);
  const lines = row.alsoWrite(keepAliveSeconds).filter((line) => bare(line).includes(name));
  return lines.length > 0 ? lines : [`# raise ${setting}, or lift it, in the configuration of ${row.name}`];
}

/** What the limit is where nobody set it, by version, newest first. */
function defaultsOf({ requestsPerConnection, name }: Server): string {
  const texts = requestsPerConnection.defaults.map(
    ({ since, value }) => `${value ?? 'unlimited'}${since === null ? '' : ` since ${since}`}`,
  );
  const announced =
    requestsPerConnection.announced === true
      ? `; ${name} announces the close, so look for a proxy or sidecar in front of it that does not`
      : '';
  return `By default: ${texts.join(', before that ')}${announced}.`;
}

function lift(row: Server, setting: string, keepAliveSeconds: number): Omit<OwnedAction, 'owner'> {
  return {
    title: `On the targets (${row.name}): lift ${setting}`,
    why: `${WHY} ${defaultsOf(row)} ${LONGER_LIVES}`,
    commands: [
      ...linesFor(row, setting, keepAliveSeconds),
      row.reload ?? '# redeploy the process for it to take effect',
    ],
    rollback: [
      `# set ${setting} back to its previous value, or remove the line if it was not there`,
      ...(row.reload === null ? [] : [row.reload]),
    ],
    layer: 'target',
  };
}

function liftUnknown(row: Server | null, idleTimeoutSeconds: number | null): Omit<OwnedAction, 'owner'> {
  const note = row === null ? '' : ` ${row.name} has no such limit: look at what is in front of it.`;
  return {
    title: 'On the targets: lift the limit of requests per connection, or announce the close',
    why: `${WHY}${note} ${LONGER_LIVES}`,
    commands: [
      '# HOST:PORT: a target; this counts the requests that one connection allows:',
      `alb502 probe HOST:PORT${idleTimeoutOption(idleTimeoutSeconds)} --requests 2000`,
      '# nginx:',
      'keepalive_requests 10000;',
      'keepalive_time 24h;',
      '# Apache:',
      'MaxKeepAliveRequests 10000',
      '<!-- Tomcat, the Connector: -->',
      'maxKeepAliveRequests="-1"',
    ],
    rollback: ['# set the limit back to its previous value, then reload'],
    layer: 'target',
  };
}

/** The target closes a connection after so many requests, or at an age, without announcing it. */
export const requestsPerConnectionLimit: CauseRow = {
  id: 'requests-per-connection-limit',
  advise: (bundle) => {
    const server = anyTag(bundle, TAGS.server) ?? anyServer(bundle)?.text ?? null;
    const row = server === null ? null : (recognizeServer(server)?.row ?? null);
    const owner = ownerOfTargets(bundle);
    if (endsAtAge(bundle.accessLog?.explanations ?? [])) return [{ ...liftAge(row), owner }];
    const setting = row?.requestsPerConnection.setting ?? null;
    const keepAliveSeconds = requiredKeepAliveSeconds(idleTimeoutSecondsOf(bundle));
    const action =
      row !== null && setting !== null
        ? lift(row, setting, keepAliveSeconds)
        : liftUnknown(row, knownIdleTimeoutSeconds(bundle));
    return [{ ...action, owner }];
  },
};
