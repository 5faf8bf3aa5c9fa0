import type { ReceivedRequest } from '../../bench/fleet/endpoint.ts';
import type { Moto } from '../moto.ts';
import { RefusedRequestsError } from '../refused-requests-error.ts';

/**
 * Holds requests that another server answered against AWS's rules.
 *
 * @throws RefusedRequestsError where AWS would refuse one
 */
export async function judge(moto: Moto, received: readonly ReceivedRequest[]): Promise<void> {
  if (received.length === 0) throw new Error('no request came that could be judged');
  const requests = received.map(({ headers, body }) => ({ headers, body: body.toString('base64') }));
  const answer = await fetch(`${moto.endpoint}/moto-api/strict`, {
    method: 'POST',
    body: JSON.stringify(requests),
  });
  if (!answer.ok) throw new Error(`the gate answered ${answer.status}`);
  const refused = moto.takeRefused();
  if (refused.length > 0) throw new RefusedRequestsError(refused);
}
