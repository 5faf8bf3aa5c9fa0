/** A small generator of numbers from 0 to 1 (mulberry32), so that a seed names a choice. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Some of these, each as likely as any other; the same for the same seed. */
export function chosenFrom<One>(all: readonly One[], count: number, seed: number): readonly One[] {
  const random = randomFrom(seed);
  const left = [...all];
  const chosen: One[] = [];
  while (chosen.length < count && left.length > 0)
    chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen;
}
