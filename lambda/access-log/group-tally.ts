import type { Signatures } from '../model/access-log-summary.ts';
import { type TimedFailure, timedFailureOf } from './bursts.ts';
import { ConcentrationTally } from './concentration.ts';
import { ExchangeHistory, type HistoryBudget } from './exchange-history.ts';
import type { FailureMoment, FailureSample } from './keep-alive/sample.ts';
import { sampleOf } from './keep-alive/sample.ts';
import { createdSeconds, fieldText, type LogLine } from './line.ts';
import { clientHash, pathHash } from './line-hash.ts';
import { noSignatures, signatureOf } from './signature.ts';
import { TargetTimeHistogram } from './target-time.ts';

/** Failures sampled for the keep-alive, of each class; more add nothing but time. */
const MOST_SAMPLES = 200;
/** Failures whose times are kept for clusters and bursts. */
const MOST_FAILURES = 5000;
/** Requests in flight at a failure are known once they are answered; most are by then. */
const SETTLE_SECONDS = 5;
/** A request that was not dispatched is refused at once; one that waited for longer met something else. */
const REFUSED_WITHIN_SECONDS = 4;
/** An answer counts as later than a refusal by more than this: lines have milliseconds. */
const CLEARLY_LATER_SECONDS = 0.005;
const WEB_SOCKET_UPGRADE = 101;

/** Lines of one target in one group. */
export interface TargetTally {
  readonly target: number;
  requests: number;
  elb502: number;
  firstAnswerSeconds: number;
  lastAnswerSeconds: number;
  /** When the last of its answered requests had been sent. */
  lastSentSeconds: number;
  /** By the number of the node. */
  readonly streams: Stream[];
}

/** One load balancer node's exchanges with one target. */
interface Stream {
  readonly history: ExchangeHistory;
  waiting: { readonly moment: FailureMoment; readonly samples: FailureSample[]; readonly slot: number }[];
  settledSeconds: number;
  failures: number;
  /** Since when no request was dispatched; NaN while the target answers. */
  outageSinceSeconds: number;
}

/** Draws without a clock or a random source, so that one log always gives one answer. */
function sampler(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A sample of failures of one class, each as likely to be in it as any other. */
class Reservoir {
  readonly samples: FailureSample[] = [];
  seen = 0;
  private readonly draw = sampler(502);

  /** The place for one more failure, or -1 where it is not chosen. */
  slot(): number {
    this.seen++;
    if (this.seen <= MOST_SAMPLES) return this.seen - 1;
    const at = Math.floor(this.draw() * this.seen);
    return at < MOST_SAMPLES ? at : -1;
  }
}

/** Counts of one target group, and what its failures need to be explained. Lines of a node come in order of time. */
export class GroupTally {
  requests = 0;
  elb502 = 0;
  target502 = 0;
  firstSeconds = Number.POSITIVE_INFINITY;
  lastSeconds = Number.NEGATIVE_INFINITY;
  /** The longest time over which no request of a node reached a target. */
  longestOutageSeconds = 0;
  /** Requests sent before a target refused others, and answered after: its process was alive all the time. */
  answeredWhileRefusing = 0;
  readonly signatures: Signatures = noSignatures();
  /** By the number of the target; numbers of other groups' targets are holes. */
  readonly targets: (TargetTally | undefined)[] = [];
  readonly failures: (TimedFailure & { readonly targetSeconds: number })[] = [];
  readonly paths = new ConcentrationTally();
  readonly clients = new ConcentrationTally();
  readonly answeredTimes = new TargetTimeHistogram();
  readonly lambdaReasons: Record<string, number> = {};
  readonly reused = new Reservoir();
  readonly undispatched = new Reservoir();
  private readonly budget: HistoryBudget;

  constructor(budget: HistoryBudget) {
    this.budget = budget;
  }

  /** Histories of nodes and targets that had failures. */
  *historiesWithFailures(): Iterable<ExchangeHistory> {
    for (const stream of this.streams()) if (stream.failures > 0) yield stream.history;
  }

  /** Counts one line that went to this group. */
  add(line: LogLine, target: number, node: number): void {
    this.requests++;
    const path = pathHash(line);
    const client = clientHash(line);
    this.paths.add(path);
    this.clients.add(client);
    if (line.endSeconds < this.firstSeconds) this.firstSeconds = line.endSeconds;
    if (line.endSeconds > this.lastSeconds) this.lastSeconds = line.endSeconds;
    if (line.elbStatus === 502 && line.targetStatus === 502) this.target502++;
    const failed = line.elbStatus === 502 && line.targetStatus !== 502;
    if (target >= 0) this.addExchange(line, target, node, failed, path, client);
    if (failed) this.addFailure(line, target, path, client);
  }

  private newTarget(target: number): TargetTally {
    const tally = {
      target,
      requests: 0,
      elb502: 0,
      firstAnswerSeconds: Number.POSITIVE_INFINITY,
      lastAnswerSeconds: Number.NEGATIVE_INFINITY,
      lastSentSeconds: Number.NEGATIVE_INFINITY,
      streams: [],
    };
    this.targets[target] = tally;
    return tally;
  }

  private newStream(tally: TargetTally, node: number): Stream {
    const stream: Stream = {
      history: new ExchangeHistory(this.budget),
      waiting: [],
      settledSeconds: Number.POSITIVE_INFINITY,
      failures: 0,
      outageSinceSeconds: Number.NaN,
    };
    tally.streams[node] = stream;
    return stream;
  }

  private *streams(): Iterable<Stream> {
    // A list with holes gives undefined for them, whatever its type says.
    for (const tally of this.targets) for (const stream of tally?.streams ?? []) if (stream) yield stream;
  }

  private addExchange(
    line: LogLine,
    target: number,
    node: number,
    failed: boolean,
    path: number,
    client: number,
  ): void {
    const tally = this.targets[target] ?? this.newTarget(target);
    tally.requests++;
    const stream = tally.streams[node] ?? this.newStream(tally, node);
    const answered = line.targetStatus !== 0 && !failed;
    if (answered) {
      if (line.endSeconds > tally.lastAnswerSeconds) tally.lastAnswerSeconds = line.endSeconds;
      if (line.endSeconds < tally.firstAnswerSeconds) tally.firstAnswerSeconds = line.endSeconds;
      if (line.sentSeconds > tally.lastSentSeconds) tally.lastSentSeconds = line.sentSeconds;
      this.answeredTimes.add(line.targetSeconds);
      this.endOutage(line, stream);
    }
    const keepsConnection = answered && !line.webSocket && line.targetStatus !== WEB_SOCKET_UPGRADE;
    if (line.targetSeconds >= 0 || answered)
      stream.history.push(line.sentSeconds, keepsConnection ? line.endSeconds : Number.NaN);
    if (line.endSeconds > stream.settledSeconds) this.settle(stream, line.endSeconds - SETTLE_SECONDS);
    if (!failed) return;
    tally.elb502++;
    stream.failures++;
    if (line.targetSeconds < 0 && !(line.endSeconds - createdSeconds(line) > REFUSED_WITHIN_SECONDS))
      this.lastOutage(stream, line.endSeconds);
    this.await(line, stream, { target, path, client });
  }

  private endOutage(line: LogLine, stream: Stream): void {
    if (Number.isNaN(stream.outageSinceSeconds)) return;
    if (line.sentSeconds >= stream.outageSinceSeconds) stream.outageSinceSeconds = Number.NaN;
    else if (line.endSeconds > stream.outageSinceSeconds + CLEARLY_LATER_SECONDS)
      this.answeredWhileRefusing++;
  }

  private lastOutage(stream: Stream, seconds: number): void {
    if (Number.isNaN(stream.outageSinceSeconds)) stream.outageSinceSeconds = seconds;
    const lasted = seconds - stream.outageSinceSeconds;
    if (lasted > this.longestOutageSeconds) this.longestOutageSeconds = lasted;
  }

  /** A failure that may be the race waits until the requests beside it are known. */
  private await(line: LogLine, stream: Stream, who: { target: number; path: number; client: number }): void {
    const signature = signatureOf(line);
    if (signature !== 'closedOnReuse' && signature !== 'neverDispatched') return;
    // After the race the next request opens a connection and is answered: a further refusal is something else.
    if (signature === 'neverDispatched' && stream.outageSinceSeconds !== line.endSeconds) return;
    const reservoir = signature === 'closedOnReuse' ? this.reused : this.undispatched;
    const slot = reservoir.slot();
    if (slot < 0) return;
    const moment = {
      ...who,
      endSeconds: line.endSeconds,
      sentSeconds: line.sentSeconds,
      dispatched: line.targetSeconds >= 0,
    };
    stream.waiting.push({ moment, samples: reservoir.samples, slot });
    stream.settledSeconds = Math.min(stream.settledSeconds, line.endSeconds + SETTLE_SECONDS);
  }

  private settle(stream: Stream, untilSeconds: number): void {
    const ready = stream.waiting.filter(({ moment }) => moment.endSeconds <= untilSeconds);
    if (ready.length === 0) return;
    stream.waiting = stream.waiting.filter(({ moment }) => moment.endSeconds > untilSeconds);
    stream.settledSeconds = Math.min(
      Number.POSITIVE_INFINITY,
      ...stream.waiting.map(({ moment }) => moment.endSeconds + SETTLE_SECONDS),
    );
    const exchanges = stream.history.exchanges();
    for (const { moment, samples, slot } of ready) {
      const most = Math.max(512, Math.min(8192, this.budget.entriesLeft));
      const sample = sampleOf(moment, exchanges, most);
      this.budget.entriesLeft -= (sample.ends.length - (samples[slot]?.ends.length ?? 0)) / 2;
      samples[slot] = sample;
    }
  }

  private addFailure(line: LogLine, target: number, path: number, client: number): void {
    this.elb502++;
    this.paths.fail(path, line.endSeconds);
    this.clients.fail(client, line.endSeconds);
    const signature = signatureOf(line);
    this.signatures[signature]++;
    if (signature === 'lambda') {
      const reason = fieldText(line, 'errorReason');
      this.lambdaReasons[reason] = (this.lambdaReasons[reason] ?? 0) + 1;
    }
    if (this.failures.length < MOST_FAILURES)
      this.failures.push({
        ...timedFailureOf(line, target),
        targetSeconds: signature === 'midRequest' ? line.targetSeconds : -1,
      });
  }

  /** Joins the last failures with what is known; call once, after the last line. */
  finish(): void {
    for (const stream of this.streams()) this.settle(stream, Number.POSITIVE_INFINITY);
  }
}
