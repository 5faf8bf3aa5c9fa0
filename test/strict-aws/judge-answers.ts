import * as z from 'zod';
import type { Moto } from '../moto.ts';

/** An answer of AWS in a JSON protocol: the service as botocore names it, its operation, the body. */
export type Answer = readonly [service: string, operation: string, body: unknown];

/** What of the answers AWS's models do not know: unknown members, other types, values of no enum. */
export async function faultsInAnswers(moto: Moto, answers: readonly Answer[]): Promise<readonly string[]> {
  const answer = await fetch(`${moto.endpoint}/moto-api/strict/answers`, {
    method: 'POST',
    body: JSON.stringify(answers),
  });
  if (!answer.ok) throw new Error(`the gate answered ${answer.status}`);
  return z.array(z.string()).parse(await answer.json());
}
