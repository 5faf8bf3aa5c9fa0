import { inject, onTestFinished } from 'vitest';
import { type Moto, startMotoServer } from './moto-server.ts';
import { RefusedRequestsError } from './refused-requests.ts';

export type { Moto } from './moto-server.ts';

const running = new Set<Moto>();

/** Starts a moto server of its own for one test file; stop it in `afterAll`. */
export async function startMoto(region?: string): Promise<Moto> {
  const moto = await startMotoServer(inject('motoServer'), region);
  running.add(moto);
  return {
    ...moto,
    stop: () => {
      running.delete(moto);
      return moto.stop();
    },
  };
}

/**
 * Fails where a running server was sent what AWS would refuse.
 *
 * @throws RefusedRequestsError
 */
export function nothingRefused(): void {
  const refused = [...running].flatMap((moto) => moto.takeRefused());
  if (refused.length > 0) throw new RefusedRequestsError(refused);
}

/** Starts a moto server that ends with the current test. */
export async function motoForTest(region?: string): Promise<Moto> {
  const moto = await startMoto(region);
  onTestFinished(() => moto.stop());
  return moto;
}
