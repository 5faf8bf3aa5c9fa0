import type { Signatures } from '../model/access-log-summary.ts';
import { type TimedFailure, timedFailureOf } from './bursts.ts';
import { ConcentrationTally } from './concentration.ts';
import type { ExchangeHistory, Exchanges, HistoryBudget } from './exchange-history.ts';
import type { FailureSample } from './keep-alive/sample.ts';
import { sampleOf } from './keep-alive/sample.ts';
import { createdSeconds, fieldText, type LogLine } from './line.ts';
import { clientHash, pathHash } from './line-hash.ts';
import type { Refusal } from './refusals.ts';
import { noSignatures, signatureOf } from './signature.ts';
import { countRefusal, emptyStream, emptyTarget, type Stream, type TargetTally } from './target-tally.ts';
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

/** One failure, as far as what they have in common needs it. */
export interface GroupFailure extends TimedFailure {
  /** -1 unless it broke off while the target was at work. */
  readonly targetSeconds: number;
  /** Whether it had been sent to the target, which ended the connection without an answer. */
  readonly cut: boolean;
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
  readonly failures: GroupFailure[] = [];
  /** Where a node was first refused by a target that it had not been refused by before. */
  readonly refusals: Refusal[] = [];
  readonly paths = new ConcentrationTally();
  readonly clients = new ConcentrationTally();
  readonly answeredTimes = new TargetTimeHistogram();
  readonly lambdaReasons: Record<string, number> = {};
  readonly reused = new Reservoir();
  readonly undispatched = new Reservoir();
  private readonly lastSentByNode: number[] = [];
  private readonly budget: HistoryBudget;

  constructor(budget: HistoryBudget) {
    this.budget = budget;
  }

  /** Histories of nodes and targets that had failures. */
  *historiesWithFailures(): Iterable<ExchangeHistory> {
    for (const stream of this.streams()) if (stream.failures > 0) yield stream.history;
  }

  /** What is remembered of a target's exchanges, node by node. */
  answersOf(target: number): Exchanges[] {
    return (this.targets[target]?.streams ?? [])
      .filter((stream) => stream)
      .map(({ history }) => history.pairs());
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
    if (failed) this.addFailure(line, target, node, path, client);
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
    let tally = this.targets[target];
    if (tally === undefined) {
      tally = emptyTarget(target);
      this.targets[target] = tally;
    }
    tally.requests++;
    let stream = tally.streams[node];
    if (stream === undefined) {
      stream = emptyStream(this.budget);
      tally.streams[node] = stream;
    }
    const answered = line.targetStatus !== 0 && !failed;
    if (answered) {
      if (line.endSeconds > tally.lastAnswerSeconds) tally.lastAnswerSeconds = line.endSeconds;
      if (line.endSeconds < tally.firstAnswerSeconds) tally.firstAnswerSeconds = line.endSeconds;
      if (line.sentSeconds > tally.lastSentSeconds) tally.lastSentSeconds = line.sentSeconds;
      if (line.sentSeconds > stream.lastSentSeconds) stream.lastSentSeconds = line.sentSeconds;
      if (line.sentSeconds > (this.lastSentByNode[node] ?? 0)) this.lastSentByNode[node] = line.sentSeconds;
      if (line.targetSeconds > 0) tally.busySeconds += line.targetSeconds;
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
      this.lastOutage(stream, target, line.endSeconds);
    this.await(line, stream, { target, path, client });
  }

  private endOutage(line: LogLine, stream: Stream): void {
    if (Number.isNaN(stream.outageSinceSeconds)) return;
    if (line.sentSeconds >= stream.outageSinceSeconds) stream.outageSinceSeconds = Number.NaN;
    else if (line.endSeconds > stream.outageSinceSeconds + CLEARLY_LATER_SECONDS)
      this.answeredWhileRefusing++;
  }

  private lastOutage(stream: Stream, target: number, seconds: number): void {
    if (Number.isNaN(stream.outageSinceSeconds)) {
      stream.outageSinceSeconds = seconds;
      if (this.refusals.length < MOST_FAILURES) this.refusals.push({ target, sinceSeconds: seconds });
    }
    countRefusal(stream, seconds);
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

  private addFailure(line: LogLine, target: number, node: number, path: number, client: number): void {
    this.elb502++;
    const failedAt = {
      target,
      seconds: line.endSeconds,
      targetAnsweredSeconds: this.targets[target]?.streams[node]?.lastSentSeconds ?? Number.NEGATIVE_INFINITY,
      othersAnsweredSeconds: this.lastSentByNode[node] ?? Number.NEGATIVE_INFINITY,
    };
    this.paths.fail(path, failedAt);
    this.clients.fail(client, failedAt);
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
        cut: signature === 'midRequest' || signature === 'closedOnReuse',
      });
  }

  /** Joins the last failures with what is known; call once, after the last line. */
  finish(): void {
    for (const stream of this.streams()) this.settle(stream, Number.POSITIVE_INFINITY);
  }
}
