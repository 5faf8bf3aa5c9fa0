/**
 * Things by small numbers, some of which belong to others. As a list that is read within its bounds alone and has no
 * holes: the engine compiles what looks into it once, where holes and places beyond the end have it start over.
 */
export class Numbered<Thing> {
  private readonly things: (Thing | undefined)[] = [];

  get(number: number): Thing | undefined {
    return number >= 0 && number < this.things.length ? this.things[number] : undefined;
  }

  /** @param thing - undefined where there is none any more */
  set(number: number, thing: Thing | undefined): void {
    while (this.things.length <= number) this.things.push(undefined);
    this.things[number] = thing;
  }

  /** Those that there are, in the order of their numbers. */
  *entries(): Generator<readonly [number: number, thing: Thing]> {
    for (let number = 0; number < this.things.length; number++) {
      const thing = this.things[number];
      if (thing !== undefined) yield [number, thing];
    }
  }

  values(): readonly Thing[] {
    return this.things.filter((thing) => thing !== undefined);
  }
}
