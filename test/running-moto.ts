import type { Moto } from './moto-server.ts';
import { RefusedRequestsError } from './refused-requests-error.ts';

/** The servers that the tests of this file have. Little is loaded for it: every test file does. */
export const running = new Set<Pick<Moto, 'takeRefused'>>();

/**
 * Fails where a running server was sent what AWS would refuse.
 *
 * @throws RefusedRequestsError
 */
export function nothingRefused(): void {
  const refused = [...running].flatMap((moto) => moto.takeRefused());
  if (refused.length > 0) throw new RefusedRequestsError(refused);
}
