import { inject, onTestFinished } from 'vitest';
import { takenServerSchema } from './moto-pool.ts';
import { DEFAULT_REGION, type Moto, motoAt } from './moto-server.ts';
import { running } from './running-moto.ts';

export type { Moto } from './moto-server.ts';

async function askPool(path: string, body = ''): Promise<Response> {
  const answer = await fetch(`${inject('motoPool')}${path}`, { method: 'POST', body });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

/** Takes an empty moto server that no other test file has meanwhile; stop it in `afterAll`. */
export async function startMoto(region = DEFAULT_REGION): Promise<Moto> {
  const taken = takenServerSchema.parse(await (await askPool('/take')).json());
  const moto = motoAt(taken, region, async () => {
    await askPool('/give-back', taken.endpoint);
  });
  running.add(moto);
  return {
    ...moto,
    stop: () => {
      running.delete(moto);
      return moto.stop();
    },
  };
}

/** Takes a moto server until the current test ends. */
export async function motoForTest(region?: string): Promise<Moto> {
  const moto = await startMoto(region);
  onTestFinished(() => moto.stop());
  return moto;
}
