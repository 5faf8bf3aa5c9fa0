/** Lines are nearly in order: from so many moves for each on, they are not, and sorting as usual is quicker. */
const MOST_MOVES_EACH = 16;

/** Puts each place where it belongs among those before; false where that takes too long. */
function inserted(order: Uint32Array, times: Float64Array): boolean {
  let movesLeft = MOST_MOVES_EACH * order.length;
  for (let at = 1; at < order.length; at++) {
    const own = order[at] ?? 0;
    const time = times[own] ?? 0;
    let to = at - 1;
    for (; to >= 0 && (times[order[to] ?? 0] ?? 0) > time; to--) order[to + 1] = order[to] ?? 0;
    order[to + 1] = own;
    movesLeft -= at - 1 - to;
    if (movesLeft < 0) return false;
  }
  return true;
}

/**
 * Puts places in the order of their times, those of one time in the order they have.
 *
 * @param order - places in `times`, all of them where it is absent
 */
export function timeOrder(times: Float64Array, order = placesIn(times)): Uint32Array {
  if (!inserted(order, times))
    order.sort((one, other) => (times[one] ?? 0) - (times[other] ?? 0) || one - other);
  return order;
}

function placesIn({ length }: Float64Array, places = new Uint32Array(length)): Uint32Array {
  for (let at = 0; at < length; at++) places[at] = at;
  return places;
}

let room = new Uint32Array(0);

/** Room for so many places, until somebody else asks for it: of each stream anew it would be garbage by the megabyte. */
export function placesRoom(length: number): Uint32Array<ArrayBuffer> {
  if (length > room.length) room = new Uint32Array(length);
  return room.subarray(0, length);
}

/** The times in their order. */
export function inTimeOrder(times: Float64Array): Float64Array {
  const order = timeOrder(times, placesIn(times, placesRoom(times.length)));
  const sorted = new Float64Array(times.length);
  for (let at = 0; at < sorted.length; at++) sorted[at] = times[order[at] ?? 0] ?? 0;
  return sorted;
}
