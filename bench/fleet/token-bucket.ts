/**
 * The bucket that AWS keeps for the Describe calls of ELBv2: 40 tokens, refilled with 10 a second, for an account and
 * region: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;
  private readonly size: number;
  private readonly refillPerSecond: number;

  constructor(size: number, refillPerSecond: number, now: number) {
    this.size = size;
    this.refillPerSecond = refillPerSecond;
    this.tokens = size;
    this.filledAt = now;
  }

  /**
   * Takes one token.
   *
   * @param now - epoch milliseconds
   * @returns false where none is left: the call is throttled
   */
  take(now: number): boolean {
    const elapsedSeconds = Math.max(0, now - this.filledAt) / 1000;
    this.tokens = Math.min(this.size, this.tokens + elapsedSeconds * this.refillPerSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
