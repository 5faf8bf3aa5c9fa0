/** What happened on a connection between a node and a target. A request to a function has the same two ends. */
export type WireWhat =
  | 'connect'
  | 'connected'
  | 'refused'
  | 'unreachable'
  | 'connect-timeout'
  | 'tls'
  | 'tls-connected'
  | 'tls-failed'
  | 'tls-timeout'
  /** The request was written (node), or its first bytes came (target). */
  | 'request'
  /** The response's first bytes left (target), or came (node). */
  | 'response'
  | 'complete'
  | 'fin'
  | 'rst'
  /** The node ended the connection. */
  | 'close';

/** One of these, as it was seen at one end. */
export interface WireEvent {
  /** Lab time, epoch milliseconds. */
  readonly at: number;
  readonly where: 'node' | 'target';
  readonly what: WireWhat;
  /** Method and path of a request, status of a response, reason of an end; null where there is nothing to say. */
  readonly about: string | null;
}

/** A failed request is told with the one that left its connection idle; what came before is forgotten. */
const REMEMBERED_REQUESTS = 2;
const LONGEST_ABOUT = 60;

/**
 * What the stand-in saw on one connection, for its last two requests. Each thing is kept once per request and end, so
 * a connection that serves for hours takes no more memory than a new one.
 */
export class WireHistory {
  readonly #now: () => number;
  #opening: WireEvent[] = [];
  #requests: WireEvent[][] = [];

  /** @param now - lab time, epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** In the order in which they were noted. */
  get events(): readonly WireEvent[] {
    return [...this.#opening, ...this.#requests.flat()];
  }

  now(): number {
    return this.#now();
  }

  /** A request is written: what is noted from here on belongs to it. */
  requestWritten(line: string): void {
    this.#requests.push([]);
    if (this.#requests.length > REMEMBERED_REQUESTS) {
      this.#requests.shift();
      this.#opening = [];
    }
    this.note('request', { about: line.slice(0, LONGEST_ABOUT) });
  }

  /** The first bytes after a request left for the target have come there; a handshake before is none of them. */
  bytesDelivered(): void {
    if (this.#requests.length > 0) this.note('request', { where: 'target' });
  }

  /** Bytes of the target before any request: what it says to a ClientHello. */
  noteHandshake(where: WireEvent['where']): void {
    if (this.#requests.length === 0) this.note('response', { where });
  }

  note(what: WireWhat, seen: Partial<Pick<WireEvent, 'at' | 'where' | 'about'>> = {}): void {
    const { at = this.#now(), where = 'node', about = null } = seen;
    const events = this.#requests.at(-1) ?? this.#opening;
    if (!events.some((event) => event.what === what && event.where === where))
      events.push({ at, where, what, about });
  }
}
