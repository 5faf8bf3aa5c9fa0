import { inject, onTestFinished } from 'vitest';
import { type Moto, startMotoServer } from './moto-server.ts';

export type { Moto } from './moto-server.ts';

/** Starts a moto server of its own for one test file; stop it in `afterAll`. */
export const startMoto = (region?: string): Promise<Moto> => startMotoServer(inject('motoServer'), region);

/** Starts a moto server that ends with the current test. */
export async function motoForTest(region?: string): Promise<Moto> {
  const moto = await startMoto(region);
  onTestFinished(() => moto.stop());
  return moto;
}
