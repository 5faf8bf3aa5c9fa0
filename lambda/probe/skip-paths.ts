/** Which paths are never asked again, though they failed. */
export interface SkipRules {
  /** Of the tag `alb502:probe-skip-paths`: these and what lies below them; null where tags or value cannot be read. */
  readonly paths: readonly string[] | null;
  /** Words in a path that say that asking for it changes something. */
  readonly words: readonly string[];
}

/**
 * English words by which a path looks as if it changed something, GET or not. A heuristic: a server may name its paths
 * as it likes, which is what the tag is for. Listed in docs/probe.md.
 */
export const DEFAULT_SKIP_WORDS: readonly string[] = [
  ...[
    'abort',
    'accept',
    'activate',
    'add',
    'approve',
    'archive',
    'ban',
    'block',
    'buy',
    'callback',
    'cancel',
  ],
  ...[
    'charge',
    'checkout',
    'clear',
    'close',
    'commit',
    'confirm',
    'consume',
    'create',
    'deactivate',
    'decline',
  ],
  ...['delete', 'deploy', 'destroy', 'disable', 'disconnect', 'drain', 'drop', 'edit', 'enable', 'enqueue'],
  ...[
    'erase',
    'evict',
    'execute',
    'expire',
    'flush',
    'import',
    'increment',
    'insert',
    'invalidate',
    'invite',
  ],
  ...[
    'invoke',
    'kill',
    'lock',
    'login',
    'logoff',
    'logout',
    'merge',
    'migrate',
    'move',
    'notify',
    'pay',
    'publish',
  ],
  ...['purchase', 'purge', 'push', 'reboot', 'rebuild', 'redeem', 'refund', 'register', 'reindex', 'reject'],
  ...['release', 'reload', 'remove', 'rename', 'renew', 'replay', 'resend', 'reset', 'restart', 'restore'],
  ...[
    'resume',
    'retry',
    'revoke',
    'rollback',
    'rotate',
    'run',
    'save',
    'send',
    'shutdown',
    'signoff',
    'signout',
  ],
  ...[
    'start',
    'stop',
    'submit',
    'subscribe',
    'suspend',
    'sync',
    'terminate',
    'toggle',
    'transfer',
    'trigger',
  ],
  ...[
    'truncate',
    'unblock',
    'undo',
    'unlock',
    'unregister',
    'unsubscribe',
    'update',
    'upgrade',
    'upload',
    'verify',
  ],
  ...['vote', 'webhook', 'wipe', 'withdraw', 'write'],
];

/** Why a path is not asked, in words; null where it may be. */
export function reasonToSkipPath(path: string, { paths, words }: SkipRules): string | null {
  if (paths === null) return 'the tag alb502:probe-skip-paths, or the tags as a whole, cannot be read';
  const asked = segmentsOf(path);
  const prefix = paths.find((one) => segmentsOf(one).every((segment, at) => asked[at] === segment));
  if (prefix !== undefined) return `the tag alb502:probe-skip-paths names ${prefix}`;
  const named = new Set(wordsOf(path));
  const word = words.find((one) => named.has(one.toLowerCase()));
  return word === undefined ? null : `its name says that it may change something: ${word}`;
}

/** As servers read a path: decoded, without parameters, empty and dot segments; in lower case, to be on the safe side. */
function segmentsOf(path: string): readonly string[] {
  const segments: string[] = [];
  for (const segment of decoded(path).toLowerCase().split('/')) {
    const [name = ''] = segment.split(';', 1);
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name);
  }
  return segments;
}

/** `/cart/removeItem` has cart, remove, item and removeitem; `/log-out` has log, out and logout. */
function wordsOf(path: string): readonly string[] {
  const segments = decoded(path).split('/');
  const names = segments.flatMap((segment) => segment.split(/[^A-Za-z0-9]+/));
  const parts = names.flatMap((name) => name.split(/(?<=[a-z0-9])(?=[A-Z])/));
  const joined = segments.map((segment) => segment.replaceAll(/[^A-Za-z0-9]/g, ''));
  return [...names, ...parts, ...joined].map((word) => word.toLowerCase());
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
