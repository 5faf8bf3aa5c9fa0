import * as z from 'zod';

const attribute = z.record(z.string(), z.unknown());
const itemSchema = z.record(z.string(), attribute);
type Item = z.infer<typeof itemSchema>;

const keySchema = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const contentSchema = z.object({ data: z.object({ S: z.string() }) });
const values = z.record(z.string(), attribute).optional();

const putSchema = z.object({
  Item: itemSchema,
  ConditionExpression: z.string().optional(),
  ExpressionAttributeValues: values,
});
const keyedSchema = z.object({ Key: keySchema });
const querySchema = z.object({
  KeyConditionExpression: z.string(),
  ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.string() })),
  Limit: z.number().optional(),
  ScanIndexForward: z.boolean().default(true),
  ExclusiveStartKey: keySchema.optional(),
});
const transactSchema = z.object({
  TransactItems: z.array(z.object({ Put: putSchema.optional(), Delete: keyedSchema.optional() })),
});

/** A query ends a page after a megabyte. */
const PAGE_BYTES = 1_000_000;

/** An error as DynamoDB words it. */
export class TableError extends Error {
  override readonly name = 'TableError';
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(type: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.type = type;
    this.detail = detail;
  }
}

/** One table with `pk` and `sk`, as much of DynamoDB as the monitor uses. */
export class SimulatedTable {
  private readonly partitions = new Map<string, Map<string, Item>>();
  private readonly seen = new Map<string, Map<string, number>>();
  private readonly now: () => number;

  /** @param now - epoch milliseconds */
  constructor(now: () => number) {
    this.now = now;
  }

  /**
   * @throws TableError where a condition does not hold
   * @throws Error for a call or an expression that is not simulated
   */
  answer(operation: string, body: unknown): unknown {
    switch (operation) {
      case 'GetItem': {
        const { pk, sk } = keyedSchema.parse(body).Key;
        const item = this.partitions.get(pk.S)?.get(sk.S);
        return item ? { Item: item } : {};
      }
      case 'PutItem':
        this.put(putSchema.parse(body));
        return {};
      case 'DeleteItem':
        this.remove(keyedSchema.parse(body));
        return {};
      case 'Query':
        return this.query(querySchema.parse(body));
      case 'TransactWriteItems':
        return this.transact(transactSchema.parse(body));
      default:
        throw new Error(`${operation} is not simulated`);
    }
  }

  /** Items of a partition. */
  countOf(pk: string): number {
    return this.partitions.get(pk)?.size ?? 0;
  }

  /** What the items of a partition hold, as the monitor wrote it. */
  contentsOf(pk: string): readonly unknown[] {
    return [...(this.partitions.get(pk)?.values() ?? [])].map((item) =>
      JSON.parse(contentSchema.parse(item).data.S),
    );
  }

  /** When each item of a partition was first written, also of those that are gone; epoch milliseconds by sort key. */
  firstSeen(pk: string): ReadonlyMap<string, number> {
    return this.seen.get(pk) ?? new Map();
  }

  private put({ Item: item }: z.infer<typeof putSchema>): void {
    const { pk, sk } = keySchema.parse({ pk: item['pk'], sk: item['sk'] });
    const partition = this.partitions.get(pk.S) ?? new Map<string, Item>();
    this.partitions.set(pk.S, partition);
    partition.set(sk.S, item);
    const seen = this.seen.get(pk.S) ?? new Map<string, number>();
    this.seen.set(pk.S, seen);
    if (!seen.has(sk.S)) seen.set(sk.S, this.now());
  }

  private remove({ Key: { pk, sk } }: z.infer<typeof keyedSchema>): void {
    this.partitions.get(pk.S)?.delete(sk.S);
  }

  private holds({ Item: item, ConditionExpression, ExpressionAttributeValues }: z.infer<typeof putSchema>) {
    if (ConditionExpression === undefined) return true;
    if (ConditionExpression !== 'attribute_not_exists(pk) OR revision = :read')
      throw new Error(`the condition ${ConditionExpression} is not simulated`);
    const { pk, sk } = keySchema.parse({ pk: item['pk'], sk: item['sk'] });
    const known = this.partitions.get(pk.S)?.get(sk.S);
    const read = ExpressionAttributeValues?.[':read'];
    return known === undefined || JSON.stringify(known['revision']) === JSON.stringify(read);
  }

  private transact({ TransactItems }: z.infer<typeof transactSchema>): unknown {
    const reasons = TransactItems.map(({ Put }) => ({
      Code: Put === undefined || this.holds(Put) ? 'None' : 'ConditionalCheckFailed',
    }));
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TableError('TransactionCanceledException', 'Transaction cancelled', {
        CancellationReasons: reasons,
      });
    for (const { Put, Delete } of TransactItems) {
      if (Put) this.put(Put);
      if (Delete) this.remove(Delete);
    }
    return {};
  }

  private query(request: z.infer<typeof querySchema>): unknown {
    const { KeyConditionExpression, ExpressionAttributeValues, Limit, ScanIndexForward, ExclusiveStartKey } =
      request;
    if (!/^pk = :pk( AND sk >= :sk)?$/.test(KeyConditionExpression))
      throw new Error(`the key condition ${KeyConditionExpression} is not simulated`);
    const partition = this.partitions.get(ExpressionAttributeValues[':pk']?.S ?? '') ?? new Map();
    const from = ExpressionAttributeValues[':sk']?.S ?? '';
    const after = ExclusiveStartKey?.sk.S;
    const isAfter = (sk: string): boolean =>
      after === undefined || (ScanIndexForward ? sk > after : sk < after);
    const sorted = [...partition]
      .filter(([sk]) => sk >= from && isAfter(sk))
      .sort(([left], [right]) => (left < right === ScanIndexForward ? -1 : 1));
    const page: Item[] = [];
    let bytes = 0;
    for (const [, item] of sorted) {
      if (page.length >= (Limit ?? Number.POSITIVE_INFINITY) || bytes > PAGE_BYTES) break;
      page.push(item);
      bytes += JSON.stringify(item).length;
    }
    const last = page.at(-1);
    const more = page.length < sorted.length && last;
    return {
      Items: page,
      Count: page.length,
      ...(more ? { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } } : {}),
    };
  }
}
