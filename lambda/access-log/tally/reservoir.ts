/**
 * Chooses which of a stream of things are kept, so that each is as likely to be among them as any other. Draws
 * without a clock or a random source, so that one log always gives one answer.
 */
export class Reservoir {
  seen = 0;
  private readonly capacity: number;
  private state = 502;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The place for one more, or -1 where it is not chosen. */
  place(): number {
    this.seen++;
    if (this.seen <= this.capacity) return this.seen - 1;
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    const at = Math.floor((this.state / 2 ** 32) * this.seen);
    return at < this.capacity ? at : -1;
  }
}
