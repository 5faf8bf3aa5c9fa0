import { setTimeout as sleep } from 'node:timers/promises';
import type { Gap } from '../../model/evidence.ts';
import type { EcsIndex, EcsServiceKey } from './ecs-index.reader.ts';
import { workloadGap } from './workload-call.ts';

/** Services are seldom put behind another target group; what was deleted is noticed when it is described. */
const FRESH_MS = 6 * 3_600_000;
/** A group that is not in the index is looked for again after so long: it may be a new service's, or no service's. */
const MISS_FRESH_MS = 15 * 60_000;

/** Which services have tasks in a target group, or why nobody knows. */
export interface IndexAnswer {
  readonly services: readonly EcsServiceKey[];
  readonly gaps: readonly Gap[];
}

/** Keeps an index beyond the life of a process. Neither call throws. */
export interface EcsIndexStore {
  load(region: string): Promise<EcsIndex | null>;
  save(region: string, index: EcsIndex): Promise<void>;
}

/** For those who look once. */
export const NOT_STORED: EcsIndexStore = { load: async () => null, save: async () => {} };

/** Where the index is listed and stored, and how long a look waits for it. */
export interface KeptIndexOptions {
  readonly store: EcsIndexStore;
  readonly read: (region: string, listedAt: string) => Promise<EcsIndex>;
  /** How long one look waits for a listing; it goes on meanwhile, and the next look has it. */
  readonly maxWaitMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const STILL_LISTING = workloadGap(
  'throttled',
  'the ECS services',
  'they are still being listed, no faster than the ECS API allows; the next look has them',
);

/** The index of each region, listed anew when it is old, or when a target group is not in it. */
export class KeptIndex {
  private readonly options: KeptIndexOptions;
  private readonly kept = new Map<string, EcsIndex>();
  private readonly listing = new Map<string, Promise<EcsIndex>>();

  constructor(options: KeptIndexOptions) {
    this.options = options;
  }

  /** @throws RemoteError where the credentials are missing, expired or refused */
  async servicesOf(
    region: string,
    targetGroupArns: readonly string[],
  ): Promise<ReadonlyMap<string, IndexAnswer>> {
    const before = await this.known(region);
    const suits = before !== null && this.suits(before, targetGroupArns);
    const listed = suits ? before : await this.within(this.list(region));
    const index = listed ?? before;
    return new Map(
      targetGroupArns.map((arn) => {
        const services = index?.byTargetGroup.get(arn) ?? [];
        const gaps = listed?.gaps ?? [STILL_LISTING];
        return [arn, { services, gaps: services.length > 0 ? [] : gaps }];
      }),
    );
  }

  /** Something in it is no longer so: the next look lists anew. */
  expire(region: string): void {
    const kept = this.kept.get(region);
    if (kept) this.kept.set(region, { ...kept, listedAt: new Date(0).toISOString() });
  }

  private async known(region: string): Promise<EcsIndex | null> {
    const kept = this.kept.get(region) ?? (await this.options.store.load(region));
    if (kept !== null) this.kept.set(region, kept);
    return kept;
  }

  private suits({ listedAt, byTargetGroup }: EcsIndex, arns: readonly string[]): boolean {
    const ageMs = this.options.now() - Date.parse(listedAt);
    return ageMs < (arns.every((arn) => byTargetGroup.has(arn)) ? FRESH_MS : MISS_FRESH_MS);
  }

  /** One listing for all looks that want it. */
  private list(region: string): Promise<EcsIndex> {
    const under = this.listing.get(region);
    if (under !== undefined) return under;
    const listing = this.options
      .read(region, new Date(this.options.now()).toISOString())
      .then(async (index) => {
        this.kept.set(region, index);
        await this.options.store.save(region, index);
        return index;
      })
      .finally(() => this.listing.delete(region));
    // Whoever no longer waits for it must not be ended by its failure.
    listing.catch(() => {});
    this.listing.set(region, listing);
    return listing;
  }

  private async within(listing: Promise<EcsIndex>): Promise<EcsIndex | null> {
    const over = new AbortController();
    try {
      return await Promise.race([
        listing,
        sleep(this.options.maxWaitMs, null, { signal: over.signal, ref: false }).catch(() => null),
      ]);
    } finally {
      over.abort();
    }
  }
}
