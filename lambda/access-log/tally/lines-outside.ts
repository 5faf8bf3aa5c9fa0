const MOST_NAMES = 1000;

/** Of which load balancers and times the lines were that nobody asked for. */
export class LinesOutside {
  firstSeconds = Number.POSITIVE_INFINITY;
  lastSeconds = Number.NEGATIVE_INFINITY;
  private readonly names = new Set<string>();

  add(loadBalancer: string, seconds: number): void {
    if (this.names.size < MOST_NAMES) this.names.add(loadBalancer);
    this.firstSeconds = Math.min(this.firstSeconds, seconds);
    this.lastSeconds = Math.max(this.lastSeconds, seconds);
  }

  get loadBalancers(): readonly string[] {
    return [...this.names];
  }
}
