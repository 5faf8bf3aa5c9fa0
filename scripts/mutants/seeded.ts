import { randomFrom } from '../../lab/random.ts';

/** Some of these, each as likely as any other; the same for the same seed. */
export function chosenFrom<One>(all: readonly One[], count: number, seed: number): readonly One[] {
  const random = randomFrom(seed);
  const left = [...all];
  const chosen: One[] = [];
  while (chosen.length < count && left.length > 0)
    chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen;
}
