import type { TimelineEvent, WireTimeline } from './timeline.ts';

/** A packet between two of the columns, or words about what is between them. */
export interface Arrow {
  readonly towards: 'left' | 'right' | 'nowhere';
  readonly label: string;
  /** A packet that something else happened beside is drawn where it left and where it came. */
  readonly part: 'whole' | 'leaves' | 'comes';
}

/** A line of the picture. */
export interface Row {
  readonly seconds: number;
  readonly client: Arrow | null;
  readonly target: Arrow | null;
  readonly note: string;
}

/** A request that the node passes on within this many lab seconds is one line. */
const AT_ONCE_SECONDS = 0.01;
/** A response whose end came within this many lab seconds of its beginning is one arrow. */
const ONE_PIECE_SECONDS = 0.05;

type What = TimelineEvent['what'];

/** Packets with two ends: where they come from, and what they are called. */
const PACKETS: Partial<Record<What, { readonly from: 'node' | 'target'; readonly label: string }>> = {
  request: { from: 'node', label: 'request' },
  response: { from: 'target', label: 'bytes' },
  fin: { from: 'target', label: 'FIN' },
  rst: { from: 'target', label: 'RST' },
};

const whole = (towards: Arrow['towards'], label: string): Arrow => ({ towards, label, part: 'whole' });
const words = (label: string): Arrow => whole('nowhere', label);

/** What the node saw of setting a connection up, or did to end it. */
const AT_NODE: Partial<Record<What, Arrow>> = {
  connect: whole('right', 'SYN'),
  connected: whole('left', 'SYN-ACK'),
  refused: whole('left', 'RST'),
  unreachable: whole('left', 'unreachable'),
  'connect-timeout': words('no answer: given up'),
  tls: whole('right', 'ClientHello'),
  'tls-connected': words('TLS is agreed'),
  'tls-failed': words('TLS fails'),
  'tls-timeout': words('no TLS: given up'),
  close: words('node closes'),
};

/** Reads a timeline as lines: pairs what left one end with what came to the other. Times ascend as the events' do. */
export function rowsOf(timeline: WireTimeline): readonly Row[] {
  return new Reading(timeline).rows();
}

class Reading {
  readonly #events: readonly TimelineEvent[];
  readonly #times: string;
  readonly #lambda: boolean;
  readonly #rows: Row[] = [];
  /** Events that an earlier line tells with its own. */
  readonly #told = new Set<number>();
  /** A request of the client, until the line that passes it on. */
  #asked: { readonly arrow: Arrow; readonly seconds: number } | null = null;

  constructor({ events, times, lambda }: WireTimeline) {
    this.#events = events;
    this.#times = times;
    this.#lambda = lambda;
  }

  rows(): readonly Row[] {
    this.#events.forEach((event, index) => {
      if (!this.#told.has(index)) this.#tell(event, index);
    });
    return this.#rows;
  }

  #tell(event: TimelineEvent, index: number): void {
    const { seconds, what, about } = event;
    if (what === 'client-request') this.#tellAsked(event, index);
    else if (what === 'client-answer')
      this.#rows.push({
        seconds,
        client: whole('left', about ?? ''),
        target: null,
        note: `log: ${this.#times}`,
      });
    else if (what === 'complete') {
      this.#say(seconds, words(about === null ? 'response complete' : `response complete (${about})`));
      this.#sayIdle(index);
    } else if (PACKETS[what]) this.#tellPacket(event, index, PACKETS[what]);
    else this.#say(seconds, AT_NODE[what] ?? words(what), about?.replaceAll('-', ' '));
  }

  #tellAsked({ seconds, about }: TimelineEvent, index: number): void {
    const arrow = whole('right', about ?? '');
    const next = this.#events[index + 1];
    const passedOn = next?.where === 'node' && (next.what === 'request' || next.what === 'connect');
    if (passedOn && next.seconds - seconds <= AT_ONCE_SECONDS) this.#asked = { arrow, seconds };
    else this.#rows.push({ seconds, client: arrow, target: null, note: '' });
  }

  #tellPacket(
    event: TimelineEvent,
    index: number,
    { from, label }: { readonly from: 'node' | 'target'; readonly label: string },
  ): void {
    const { seconds, what, about } = event;
    const next = this.#events[index + 1];
    const leaves = event.where === from;
    const arrives = leaves && next?.what === what && next.where !== from;
    if (arrives) this.#told.add(index + 1);
    const left = this.#last(index, what, from);
    // Nothing is seen inside a function, so its packets have one end.
    const half = !this.#lambda && (leaves ? !arrives : left !== undefined);
    const part = half ? (leaves ? 'leaves' : 'comes') : 'whole';
    const came = index + Number(arrives);
    const status = this.#statusAt(came, what);
    const asked = what === 'request' ? (about ?? left?.about) : null;
    const towards = from === 'node' ? 'right' : 'left';
    this.#say(seconds, { towards, label: status ?? asked ?? label, part }, this.#note(event, index));
    if (status === null) return;
    this.#told.add(came + 1);
    this.#sayIdle(came + 1);
  }

  /** The status of a response that is complete with what came at this index. */
  #statusAt(index: number, what: What): string | null {
    const came = this.#events[index];
    const next = this.#events[index + 1];
    if (what !== 'response' || !came || next?.what !== 'complete') return null;
    return next.seconds - came.seconds <= ONE_PIECE_SECONDS ? next.about : null;
  }

  /** The last such event before this index; responses belong to the last request, all else to the connection. */
  #last(before: number, what: What, where: TimelineEvent['where']): TimelineEvent | undefined {
    const earlier = this.#events.slice(0, before);
    const since = what === 'response' ? earlier.findLastIndex(isWritten) : 0;
    return earlier
      .slice(Math.max(0, since))
      .findLast((event) => event.what === what && event.where === where);
  }

  #note({ what, where, about }: TimelineEvent, index: number): string {
    if (what === 'response') return about ?? '';
    if (where === 'target') return what === 'fin' ? 'target closes' : what === 'rst' ? 'target resets' : '';
    if (what !== 'request') return '';
    const closed = this.#last(index, 'fin', 'target');
    const seen = this.#last(index, 'fin', 'node');
    return closed && !seen ? 'FIN is under way' : '';
  }

  #sayIdle(completeIndex: number): void {
    const since = this.#events[completeIndex]?.seconds ?? 0;
    const next = this.#events.find((event, at) => at > completeIndex && isWritten(event));
    if (next) this.#say(since, words(`(idle for ${(next.seconds - since).toFixed(3)} s)`));
  }

  #say(seconds: number, target: Arrow, note = ''): void {
    const asked = this.#asked;
    this.#asked = null;
    this.#rows.push({ seconds: asked?.seconds ?? seconds, client: asked?.arrow ?? null, target, note });
  }
}

const isWritten = ({ what, where }: TimelineEvent): boolean => what === 'request' && where === 'node';
