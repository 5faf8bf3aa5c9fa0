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

/** An answer, and what AWS bills for it. */
export interface TableAnswer {
  readonly content: unknown;
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

/** As long as its names and values; the descriptors of their types are not stored. */
const bytesOf = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}${Object.values(value).join('')}`),
    0,
  );

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html: a consistent read takes a
 * unit for each 4 KB of what a call returns together, a write one for each 1 KB of an item.
 */
const readUnitsOf = (items: readonly Item[]): number =>
  Math.max(1, Math.ceil(items.reduce((sum, item) => sum + bytesOf(item), 0) / 4096));
const writeUnitsOf = (item: Item): number => Math.max(1, Math.ceil(bytesOf(item) / 1024));

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
  answer(operation: string, body: unknown): TableAnswer {
    switch (operation) {
      case 'GetItem': {
        const { pk, sk } = keyedSchema.parse(body).Key;
        const item = this.partitions.get(pk.S)?.get(sk.S);
        return { content: item ? { Item: item } : {}, readUnits: readUnitsOf(item ? [item] : []) };
      }
      case 'PutItem':
        return { content: {}, writeUnits: this.put(putSchema.parse(body)) };
      case 'DeleteItem':
        return { content: {}, writeUnits: this.remove(keyedSchema.parse(body)) };
      case 'Query': {
        const content = this.query(querySchema.parse(body));
        return { content, readUnits: readUnitsOf(content.Items) };
      }
      case 'TransactWriteItems':
        return { content: {}, writeUnits: this.transact(transactSchema.parse(body)) };
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

  /** @returns write units */
  private put({ Item: item }: z.infer<typeof putSchema>): number {
    const { pk, sk } = keySchema.parse({ pk: item['pk'], sk: item['sk'] });
    const partition = this.partitions.get(pk.S) ?? new Map<string, Item>();
    this.partitions.set(pk.S, partition);
    const replaced = partition.get(sk.S);
    partition.set(sk.S, item);
    const seen = this.seen.get(pk.S) ?? new Map<string, number>();
    this.seen.set(pk.S, seen);
    if (!seen.has(sk.S)) seen.set(sk.S, this.now());
    return Math.max(writeUnitsOf(item), replaced ? writeUnitsOf(replaced) : 0);
  }

  /** @returns write units */
  private remove({ Key: { pk, sk } }: z.infer<typeof keyedSchema>): number {
    const item = this.partitions.get(pk.S)?.get(sk.S);
    this.partitions.get(pk.S)?.delete(sk.S);
    return item ? writeUnitsOf(item) : 1;
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

  /** @returns write units: an item of a transaction costs two of each */
  private transact({ TransactItems }: z.infer<typeof transactSchema>): number {
    const reasons = TransactItems.map(({ Put }) => ({
      Code: Put === undefined || this.holds(Put) ? 'None' : 'ConditionalCheckFailed',
    }));
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw new TableError('TransactionCanceledException', 'Transaction cancelled', {
        CancellationReasons: reasons,
      });
    let units = 0;
    for (const { Put, Delete } of TransactItems) {
      if (Put) units += 2 * this.put(Put);
      if (Delete) units += 2 * this.remove(Delete);
    }
    return units;
  }

  private query(request: z.infer<typeof querySchema>): { readonly Items: readonly Item[] } {
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
      bytes += bytesOf(item);
    }
    const last = page.at(-1);
    const more = page.length < sorted.length && last;
    return {
      Items: page,
      ...(more ? { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } } : {}),
    };
  }
}
