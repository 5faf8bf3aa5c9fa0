/** A message that waits. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly sentAt: number;
  receives: number;
}

// Both from the SQS developer guide: FIFO queues remember deduplication ids for five minutes.
const DEDUPLICATION_MS = 5 * 60_000;

interface Group {
  readonly waiting: QueuedMessage[];
  /** Messages of the group that a consumer has, or that wait for their visibility timeout, block the others. */
  blockedUntil: number;
}

/** A FIFO queue as a Lambda event source mapping sees it; times are epoch milliseconds. */
export class FifoQueue {
  readonly deadLetters: QueuedMessage[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly seen = new Map<string, number>();
  private sent = 0;
  private readonly visibilityTimeoutMs: number;
  private readonly maxReceives: number;

  constructor(visibilityTimeoutMs: number, maxReceives: number) {
    this.visibilityTimeoutMs = visibilityTimeoutMs;
    this.maxReceives = maxReceives;
  }

  send(message: { body: string; group: string; deduplicationId: string }, now: number): void {
    const before = this.seen.get(message.deduplicationId);
    if (before !== undefined && now - before < DEDUPLICATION_MS) return;
    this.seen.set(message.deduplicationId, now);
    const group = this.groups.get(message.group) ?? { waiting: [], blockedUntil: 0 };
    this.groups.set(message.group, group);
    const { body, group: name } = message;
    group.waiting.push({ id: `message-${this.sent++}`, body, group: name, sentAt: now, receives: 0 });
  }

  /** Messages that are not done. */
  get depth(): number {
    let depth = 0;
    for (const { waiting } of this.groups.values()) depth += waiting.length;
    return depth;
  }

  /** Up to `most` messages, oldest group first; their groups are blocked until {@link settle}. */
  take(most: number, now: number): readonly QueuedMessage[] {
    const batch: QueuedMessage[] = [];
    const free = [...this.groups.values()]
      .filter(({ waiting, blockedUntil }) => waiting.length > 0 && blockedUntil <= now)
      .sort((left, right) => (left.waiting[0]?.sentAt ?? 0) - (right.waiting[0]?.sentAt ?? 0));
    for (const group of free) {
      if (batch.length >= most) break;
      const taken = group.waiting.slice(0, most - batch.length);
      group.blockedUntil = now + this.visibilityTimeoutMs;
      for (const message of taken) message.receives += 1;
      batch.push(...taken);
    }
    return batch;
  }

  /** Ends a batch: what failed stays, blocked until its visibility timeout ends, or moves to the dead letters. */
  settle(batch: readonly QueuedMessage[], failed: ReadonlySet<string>): void {
    for (const message of batch) {
      const group = this.groups.get(message.group);
      if (!group) continue;
      const isDead = failed.has(message.id) && message.receives >= this.maxReceives;
      if (isDead) this.deadLetters.push(message);
      if (failed.has(message.id) && !isDead) continue;
      group.waiting.splice(group.waiting.indexOf(message), 1);
      if (!batch.some((other) => other.group === message.group && failed.has(other.id)))
        group.blockedUntil = 0;
    }
  }
}
