import { type Item, PARTITION, SORT } from './item.ts';
import type { TableReader } from './table-reader.ts';

/** A page of answers and facts: more would cost every look seconds. */
const MOST_OWN_ITEMS = 1000;

const RECURRING = 'RECURRING#';

/** The items of one load balancer; of very many answers and facts the first, and what else there is by its key. */
export async function ownItems(
  { get, query, warn }: Pick<TableReader, 'get' | 'query'> & { readonly warn: (sentence: string) => void },
  loadBalancerArn: string,
): Promise<readonly Item[]> {
  const pk = PARTITION.loadBalancer(loadBalancerArn);
  const items = await query(pk, MOST_OWN_ITEMS);
  if (items.length < MOST_OWN_ITEMS) return items;
  warn(
    `${MOST_OWN_ITEMS} or more items of ${loadBalancerArn} are remembered; facts beyond them were not read`,
  );
  const single = [SORT.state, SORT.baseline, SORT.silence].filter((sk) =>
    items.every((item) => item.sk !== sk),
  );
  const [found, recurring] = await Promise.all([
    Promise.all(single.map((sk) => get(pk, sk))),
    query(pk, MOST_OWN_ITEMS, RECURRING),
  ]);
  const silences = recurring.filter(({ sk }) => sk.startsWith(RECURRING));
  const isOther = ({ sk }: Item): boolean => silences.every((silence) => silence.sk !== sk);
  return [...items.filter(isOther), ...silences, ...found.flatMap((item) => item ?? [])];
}
