import type { Signatures } from '../../model/access-log-summary.ts';
import { instantSeconds } from '../reading/instant.ts';
import { fieldEnd, fieldStart, fieldText, type LogLine } from '../reading/line.ts';
import type { TallyBudget } from './budget.ts';
import { Numbered } from './numbered.ts';
import { noSignatures, signatureOf } from './signature.ts';
import {
  addConnectTimeout,
  emptyStream,
  emptyTarget,
  type Stream,
  type TargetTally,
} from './target-tally.ts';

/** An answer counts as later than a refusal by more than this: lines have milliseconds. */
const CLEARLY_LATER_SECONDS = 0.005;
const WEB_SOCKET_UPGRADE = 101;
const GATEWAY_TIMEOUT = 504;

/** What a line is of, by numbers; -1 where it names no target. */
export interface LineKeys {
  readonly target: number;
  readonly node: number;
  readonly packedPath: number;
  readonly client: number;
  readonly failed: boolean;
}

/** Which run of failures a failed request is in. */
export interface Run {
  readonly run: number;
  readonly groupRun: number;
  readonly isFirstOfRun: boolean;
  /** See {@link Stream.lastUnansweredSeconds}. */
  readonly unansweredSeconds: number;
}

/** A failure that no target had. */
export const NO_RUN: Run = {
  run: 0,
  groupRun: 0,
  isFirstOfRun: true,
  unansweredSeconds: Number.NEGATIVE_INFINITY,
};

/** Failures of one node between which no target of a group answered it. */
interface OpenRun {
  readonly run: number;
  readonly sinceSeconds: number;
}

/** Counts of one target group. Lines of a node come in order of time. */
export class GroupTally {
  requests = 0;
  elb502 = 0;
  target502 = 0;
  answered = 0;
  readonly signatures: Signatures = noSignatures();
  readonly lambdaReasons: Record<string, number> = {};
  /** By the number of the target. */
  readonly targets = new Numbered<TargetTally>();
  /** By node, the run of failures that is not over. */
  private readonly runs = new Numbered<OpenRun>();
  private readonly budget: TallyBudget;
  private readonly nextRun: () => number;

  /** @param nextRun - gives each run of failures a number of its own */
  constructor(budget: TallyBudget, nextRun: () => number) {
    this.budget = budget;
    this.nextRun = nextRun;
  }

  /** Counts one line that went to this group; says which run it is in, if it failed. */
  add(line: LogLine, keys: LineKeys): Run {
    this.requests++;
    if (line.elbStatus === 502 && line.targetStatus === 502) this.target502++;
    if (line.targetStatus !== 0 && !keys.failed) this.answered++;
    if (keys.failed) this.addFailure(line);
    return keys.target < 0 ? NO_RUN : this.addExchange(line, keys);
  }

  private addFailure(line: LogLine): void {
    this.elb502++;
    const signature = signatureOf(line);
    this.signatures[signature]++;
    if (signature !== 'lambda') return;
    const reason = fieldText(line, 'errorReason');
    this.lambdaReasons[reason] = (this.lambdaReasons[reason] ?? 0) + 1;
  }

  private addExchange(line: LogLine, { target, node, packedPath, client, failed }: LineKeys): Run {
    let tally = this.targets.get(target);
    if (tally === undefined) {
      tally = emptyTarget(target);
      this.targets.set(target, tally);
    }
    tally.requests++;
    if (failed) tally.elb502++;
    tally.times.add(line.endSeconds);
    if (line.elbStatus === GATEWAY_TIMEOUT && line.requestSeconds < 0)
      addConnectTimeout(tally, line.endSeconds);
    let stream = tally.streams.get(node);
    if (stream === undefined) {
      if (this.budget.streamsLeft === 0) return NO_RUN;
      this.budget.streamsLeft--;
      stream = emptyStream(this.budget);
      tally.streams.set(node, stream);
    }
    stream.requests++;
    const answered = line.targetStatus !== 0 && !failed;
    if (answered) this.addAnswer(line, tally, stream, node);
    const keepsConnection = answered && !line.webSocket && line.targetStatus !== WEB_SOCKET_UPGRADE;
    if (line.targetSeconds >= 0 || answered)
      stream.history.push(
        line.sentSeconds,
        keepsConnection ? line.endSeconds : Number.NaN,
        packedPath,
        client,
      );
    if (!failed && !answered)
      stream.lastUnansweredSeconds = Math.max(stream.lastUnansweredSeconds, line.endSeconds);
    if (!failed) return NO_RUN;
    stream.failures++;
    const isFirstOfRun = stream.run === 0;
    if (isFirstOfRun) {
      stream.run = this.nextRun();
      stream.runSinceSeconds = line.endSeconds;
    }
    const open = this.runs.get(node) ?? { run: this.nextRun(), sinceSeconds: line.endSeconds };
    this.runs.set(node, open);
    const { run, lastUnansweredSeconds: unansweredSeconds } = stream;
    return { run, groupRun: open.run, isFirstOfRun, unansweredSeconds };
  }

  private addAnswer(line: LogLine, tally: TargetTally, stream: Stream, node: number): void {
    const open = this.runs.get(node);
    if (open !== undefined && line.sentSeconds >= open.sinceSeconds) this.runs.set(node, undefined);
    stream.answered++;
    tally.lastAnswerSeconds = Math.max(tally.lastAnswerSeconds, line.endSeconds);
    tally.firstAnswerSeconds = Math.min(tally.firstAnswerSeconds, line.endSeconds);
    tally.lastSentSeconds = Math.max(tally.lastSentSeconds, line.sentSeconds);
    tally.busySeconds += Math.max(0, line.targetSeconds);
    if (stream.run === 0) return;
    if (line.sentSeconds >= stream.runSinceSeconds) stream.run = 0;
    else if (line.endSeconds > stream.runSinceSeconds + CLEARLY_LATER_SECONDS) stream.answeredWhileRefusing++;
  }
}

/** When the load balancer got the request, seconds since 1970; NaN where the line does not say. */
const createdSeconds = (line: LogLine): number =>
  instantSeconds(line.words, fieldStart(line, 'creationTime'), fieldEnd(line, 'creationTime'));

/** When a request came: of one that was not dispatched, its line has no other time before its end. */
export function sentOrCreatedSeconds(line: LogLine): number {
  if (line.targetSeconds >= 0) return line.sentSeconds;
  const created = createdSeconds(line);
  return created < line.sentSeconds ? created : line.sentSeconds;
}
