import { recognizeServer } from './recognize.ts';

const LONGEST = 80;

const printable = (text: string): string =>
  text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST);

/** `X-Powered-By: PHP/8.2` tells the language: what holds the connections is the web server before it. */
const IS_LANGUAGE = /^(?:php|asp\.net$|python|perl|java)/i;

/** A header of a response that names the server, as it is written. */
export interface NamingHeader {
  readonly name: 'Server' | 'X-Powered-By';
  readonly value: string;
}

/**
 * The header that names a server of the table. `Server` first: it is what stands before the rest. null where none does:
 * `awselb/2.0` is the load balancer itself, and what a CDN answers says nothing of the targets.
 */
export function namingHeader(headers: {
  readonly server: string | null;
  readonly poweredBy: string | null;
}): NamingHeader | null {
  const server = printable(headers.server ?? '');
  if (recognizeServer(server)) return { name: 'Server', value: server };
  const poweredBy = printable(headers.poweredBy ?? '');
  if (IS_LANGUAGE.test(poweredBy) || !recognizeServer(poweredBy)) return null;
  return { name: 'X-Powered-By', value: poweredBy };
}
