/** Insertions, deletions and changes of one letter that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Shorter texts are part of too many names to mean one of them. */
const FEWEST_LETTERS = 3;

/** What may have been meant by a name that is none, the nearest first, at most three; upper and lower case are the same. */
export function nearNames(wanted: string, names: readonly string[]): readonly string[] {
  const text = wanted.toLowerCase();
  const isPart = (name: string): boolean =>
    Math.min(text.length, name.length) >= FEWEST_LETTERS && (name.includes(text) || text.includes(name));
  return names
    .map((name) => {
      const lower = name.toLowerCase();
      return { name, distance: isPart(lower) ? 0 : editDistance(text, lower) };
    })
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(text.length / 4)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}
