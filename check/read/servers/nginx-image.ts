import { productOf } from '../../../lambda/advice/workload-server/image.ts';
import type { Place } from '../../model.ts';
import { type KeepAlive, unknown } from './checked-server.ts';

/**
 * `keepalive_timeout 65;` stands in the http block of the nginx.conf that packages of nginx.org have, and with them the
 * official image (nginx/pkg-oss, rpm/SOURCES/nginx-quic.nginx.conf, which is that of nginx too). nginx itself
 * would keep 75 s.
 */
const PACKAGED_SECONDS = 65;

/**
 * What nginx does where the repository has no nginx.conf: what that of its image says.
 *
 * @param from - the image that it runs in: `nginx:1.27`; empty where it is not known
 */
export function packagedNginxKeepAlive(from: string, place: Place): KeepAlive {
  if (productOf(from) === 'nginx' && !from.includes('bitnami'))
    return {
      keepAliveSeconds: {
        state: 'default',
        value: PACKAGED_SECONDS,
        place,
        written: `keepalive_timeout ${PACKAGED_SECONDS}; in the nginx.conf of the image`,
      },
    };
  return {
    keepAliveSeconds: unknown(
      place,
      'the nginx.conf of its package decides, often with keepalive_timeout 65, and is not in the repository',
    ),
  };
}
