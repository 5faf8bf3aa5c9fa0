import type { Write } from '../compare/finding.ts';

/** What stands above lines to write: `Write in nginx.conf:3, in place of: keepalive_timeout 5s;`. */
export function writeHeading({ place, where }: Write): string {
  const at = place === null ? '' : ` in ${place.file}:${place.line}`;
  const what = where === null ? '' : `${at === '' ? ' ' : ', '}${where}`;
  return `Write${at}${what}:`;
}
