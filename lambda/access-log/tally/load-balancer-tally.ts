import type { LogLine } from '../reading/line.ts';
import { packedPath as packed } from '../reading/line-hash.ts';
import { AnsweredSample } from './answered-sample.ts';
import { BodySizes } from './body-sizes.ts';
import type { TallyBudget } from './budget.ts';
import { FailingLines } from './failing-lines.ts';
import type { Failure } from './failure.ts';
import { GroupTally, NO_RUN, sentOrCreatedSeconds } from './group-tally.ts';
import { KeyCounts } from './key-counts.ts';
import { LargeBodies, SMALLEST_LARGE_BYTES } from './large-bodies.ts';
import { Numbered } from './numbered.ts';
import { PathTexts } from './path-texts.ts';
import { Reservoir } from './reservoir.ts';
import { isElb502, signatureOf } from './signature.ts';
import { TimeHistogram } from './time-histogram.ts';

/** Failures that are explained one by one; of more, a sample in which each is as likely as any other. */
const MOST_FAILURES = 2000;
const MOST_TIME_BINS = 4096;

/** What is counted of one load balancer, and what its failures need to be explained. */
export class LoadBalancerTally {
  requests = 0;
  elb502 = 0;
  firstSeconds = Number.POSITIVE_INFINITY;
  lastSeconds = Number.NEGATIVE_INFINITY;
  /** When the first and the last line ended, failed or not. */
  firstLineSeconds = Number.POSITIVE_INFINITY;
  lastLineSeconds = Number.NEGATIVE_INFINITY;
  /** Stretches of lines whose node is not known, each taken for a node. */
  segmentCount = 0;
  segmentNode = -1;
  segmentEndSeconds = Number.NEGATIVE_INFINITY;
  /** Of load balancer `name`, as the lines have it: `app/NAME/ID`. */
  readonly name: string;
  /** By the number of the group. */
  readonly groups = new Numbered<GroupTally>();
  readonly failing = new FailingLines();
  readonly failures: Failure[] = [];
  readonly exactPaths = new KeyCounts();
  readonly routes = new KeyCounts();
  readonly clients = new KeyCounts();
  readonly times = new TimeHistogram(MOST_TIME_BINS);
  readonly bodySizes = new BodySizes();
  readonly answered = new AnsweredSample();
  readonly largeBodies = new LargeBodies();
  readonly pathTexts: PathTexts;
  /** What was counted, but not kept. */
  readonly leftOut = new Set<string>();
  private readonly reservoir = new Reservoir(MOST_FAILURES);
  private readonly budget: TallyBudget;
  private runs = 0;

  constructor(name: string, budget: TallyBudget) {
    this.name = name;
    this.budget = budget;
    this.pathTexts = new PathTexts(budget);
  }

  /** Counts a line of this load balancer. Group and target are -1 where the line names none. */
  add(line: LogLine, group: number, target: number, node: number): void {
    const { exactPath, route, bodyBytes } = line;
    // Signed, as histories keep it: one client has one number wherever it is looked for.
    const client = line.client | 0;
    const packedPath = packed(exactPath, route);
    const failed = isElb502(line);
    this.requests++;
    this.exactPaths.add(exactPath);
    this.routes.add(route);
    this.clients.add(client);
    this.times.add(line.endSeconds);
    if (bodyBytes >= 0) this.bodySizes.add(bodyBytes);
    this.firstLineSeconds = Math.min(this.firstLineSeconds, line.endSeconds);
    this.lastLineSeconds = Math.max(this.lastLineSeconds, line.endSeconds);
    if (!failed && line.targetStatus !== 0) {
      this.answered.add(packedPath, line.targetSeconds, bodyBytes);
      // "Content Too Large" tells of a limit, as a connection that breaks off does.
      if (bodyBytes >= SMALLEST_LARGE_BYTES && line.targetStatus !== 413)
        this.largeBodies.add({ packedPath, target, endSeconds: line.endSeconds, bytes: bodyBytes });
    }
    const keys = { target, node, packedPath, client, failed };
    const run = group < 0 ? NO_RUN : this.groupOf(group).add(line, keys);
    if (!failed) return;
    this.elb502++;
    this.firstSeconds = Math.min(this.firstSeconds, line.endSeconds);
    this.lastSeconds = Math.max(this.lastSeconds, line.endSeconds);
    this.failing.add(line);
    const place = this.reservoir.place();
    if (place < 0 || !this.hasRoomFor(place)) return;
    this.pathTexts.add(exactPath, line);
    this.failures[place] = {
      endSeconds: line.endSeconds,
      sentSeconds: sentOrCreatedSeconds(line),
      targetSeconds: line.targetSeconds,
      signature: signatureOf(line),
      group,
      target,
      node,
      exactPath,
      route,
      packedPath,
      client,
      bodyBytes,
      // Not spread: the engine gives such objects two shapes, and compiles what reads them twice.
      run: run.run,
      groupRun: run.groupRun,
      isFirstOfRun: run.isFirstOfRun,
      unansweredSeconds: run.unansweredSeconds,
    };
  }

  /** A place of the sample that is taken already costs nothing more. */
  private hasRoomFor(place: number): boolean {
    if (this.failures[place] !== undefined) return true;
    if (this.budget.failuresLeft === 0) return false;
    this.budget.failuresLeft--;
    return true;
  }

  private groupOf(group: number): GroupTally {
    let tally = this.groups.get(group);
    if (tally === undefined) {
      tally = new GroupTally(this.budget, () => ++this.runs);
      this.groups.set(group, tally);
    }
    return tally;
  }
}
