/** The fields of a line that say how a rule rewrote its request; empty where the line has `-` or no such field. */
export interface Rewrite {
  readonly host: string;
  readonly uri: string;
  /** `TransformSuccess`, or why it failed. */
  readonly status: string;
}

const PARTS = /^([a-z]+:\/\/)?([^/?#]*)(.*)$/i;

/**
 * The URL of the request that the target got where a rule of the listener rewrote it (AWS, "Transforms for listener
 * rules"); null where none did, or where that failed: then no target got it.
 *
 * @param clientUrl - the URL that the client asked for, as the line has it
 */
export function rewrittenUrl(clientUrl: string, { host, uri, status }: Rewrite): string | null {
  if (host === '' && uri === '') return null;
  if (status !== '' && status !== 'TransformSuccess') return null;
  const [, scheme = 'http://', authority = '', path = ''] = PARTS.exec(clientUrl) ?? [];
  const [, newScheme, newAuthority = '', newPath = ''] = PARTS.exec(uri) ?? [];
  const target = newScheme === undefined ? uri : newPath;
  const port = host === '' || host.includes(':') ? '' : (/:\d+$/.exec(authority)?.[0] ?? '');
  const origin = host === '' ? (newScheme === undefined ? authority : newAuthority) : `${host}${port}`;
  return `${scheme}${origin}${target === '' ? path : target}`;
}
