import type { AccessLogSummary } from '../model/access-log-summary.ts';
import { UNNAMED_LOAD_BALANCER } from '../model/logged-name.ts';
import type { AccessLogReading, RejectedLine } from './analysis-result.ts';
import { HealthChecks } from './health-check/health-checks.ts';
import { type ChunkIndex, NOTHING_INDEXED } from './reading/chunk-index.ts';
import { ChunkParts } from './reading/chunk-parts.ts';
import { FIELD } from './reading/field-places.ts';
import { type AccessLogName, accessLogName } from './reading/file-name.ts';
import { IndexedTexts } from './reading/indexed-texts.ts';
import { idOfField, interner } from './reading/interner.ts';
import { emptyLine, fieldText, isBlankAt, type LogLine } from './reading/line.ts';
import { LineReader, NO_LINE } from './reading/line-reader.ts';
import { hasByteOrderMark } from './reading/line-splitter.ts';
import { LogLines } from './reading/log-lines.ts';
import { takenApart } from './reading/taken-apart.ts';
import { summaryOf } from './summarize.ts';
import { type TallyBudget, tallyBudget } from './tally/budget.ts';
import { LinesOutside } from './tally/lines-outside.ts';
import { LoadBalancerTally } from './tally/load-balancer-tally.ts';
import { Nodes } from './tally/nodes.ts';

/** Which lines count; all where a bound is absent. */
export interface LineFilter {
  /** `app/NAME/ID`, or NAME alone. */
  readonly loadBalancer?: string;
  /** Seconds since 1970. */
  readonly startSeconds?: number;
  readonly endSeconds?: number;
  /** `app/NAME/ID` of records that do not say whose they are, where that is known. */
  readonly unnamed?: string | undefined;
}

const MOST_REJECTED = 1000;
/** No line of a health check log is longer. */
const LONGEST_CHECK = 2000;
/** 42 million bytes of histories (24 an entry), however large the log. */
const HISTORY_ENTRIES = 1_750_000;
/** More of any than one account has at a time; what a log names beyond them is counted and said, not kept. */
const MOST_LOAD_BALANCERS = 1000;
const MOST_GROUPS = 5000;
const MOST_TARGETS = 30_000;
const TOO_MANY_LOAD_BALANCERS = `of a load balancer beyond the first ${MOST_LOAD_BALANCERS} of this log: choose one with --load-balancer`;

/**
 * Reads access logs from bytes, file after file, and says what their 502s look like. Memory is bounded whatever the
 * size of the log. Give the files of one node in order of time (see {@link inReadingOrder}).
 */
export class LogAnalysis {
  private readonly filter: LineFilter;
  private readonly isFiltered: boolean;
  private readonly names = interner(MOST_LOAD_BALANCERS);
  /** Of all lines, where not all are asked for: lest those that are not take the numbers of the others. */
  private readonly seenNames = interner(MOST_LOAD_BALANCERS);
  private readonly groups = interner(MOST_GROUPS);
  private readonly targets = interner(MOST_TARGETS);
  private readonly nameTexts = new IndexedTexts(this.names);
  private readonly groupTexts = new IndexedTexts(this.groups);
  private readonly targetTexts = new IndexedTexts(this.targets);
  private readonly nodes = new Nodes();
  private readonly loadBalancers: LoadBalancerTally[] = [];
  private readonly budget: TallyBudget = tallyBudget(HISTORY_ENTRIES);
  private readonly line: LogLine = emptyLine();
  private readonly reader: LineReader;
  private readonly lines: LogLines;
  private readonly rejected: RejectedLine[] = [];
  private readonly reasons = new Map<string, number>();
  private linesRead = 0;
  private linesRejected = 0;
  private linesOutside = 0;
  private readonly outside = new LinesOutside();
  private file = '';
  private lineNumber = 0;
  private fileName: AccessLogName | null = null;
  private readonly healthChecks = new HealthChecks();
  private readonly parts = new ChunkParts();

  /** @param fields - names of the fields of a log without a header, in their order, as AWS has them */
  constructor(filter: LineFilter = {}, fields?: readonly string[]) {
    this.filter = filter;
    this.reader = new LineReader(fields);
    const { loadBalancer, startSeconds, endSeconds } = filter;
    this.isFiltered = [loadBalancer, startSeconds, endSeconds].some((bound) => bound !== undefined);
    this.lines = new LogLines({
      line: (bytes, start, end, number) => {
        this.lineNumber = number;
        this.take(bytes, start, end);
      },
      found: (bytes, start, indexed, number) => {
        if (!this.reader.readFound(this.line, bytes, start, indexed, this.nodes.isOfFile)) return false;
        this.lineNumber = number;
        this.linesRead++;
        this.count(this.line);
        return true;
      },
      tooLong: (number) => {
        this.lineNumber = number;
        this.linesRead++;
        this.reject('longer than 1 MiB: not an access-log line');
      },
    });
  }

  /** Begins a file; its name tells the node that wrote it, if it is an access log's own name. */
  startFile(path: string): void {
    this.file = path;
    this.lineNumber = 0;
    this.lines.startFile();
    this.fileName = accessLogName(path);
    this.reader.startFile(this.fileName?.loadBalancer ?? this.filter.unnamed ?? UNNAMED_LOAD_BALANCER);
    this.nodes.startFile(this.fileName?.nodeAddress);
  }

  /** Takes the next bytes of the current file, not compressed, and what the caller has found in them, if it has looked. */
  feed(chunk: Uint8Array, index?: ChunkIndex): void {
    if (index !== undefined) this.feedIndexed(chunk, index);
    else if (!this.reader.isReadShort(this.nodes.isOfFile)) this.feedIndexed(chunk, NOTHING_INDEXED);
    else for (const part of this.parts.of(chunk)) this.feedIndexed(part.bytes, part.index);
  }

  private feedIndexed(chunk: Uint8Array, index: ChunkIndex): void {
    this.reader.index = index;
    for (const texts of [this.nameTexts, this.groupTexts, this.targetTexts]) texts.startIndex(index);
    this.lines.feed(chunk, index);
  }

  /** @param problem - why the file could not be read to its end, if so; counts as one rejected line */
  endFile(problem?: string): void {
    this.lines.end();
    if (problem !== undefined) this.reject(problem);
  }

  private reject(reason: string): void {
    this.linesRejected++;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    if (this.rejected.length < MOST_REJECTED)
      this.rejected.push({ file: this.file, line: this.lineNumber, reason });
  }

  /** @param isPart - whether it was taken out of a line that was several */
  private take(bytes: Uint8Array, lineStart: number, end: number, isPart = false): void {
    let start = lineStart;
    // Files that were put together have one each.
    if (hasByteOrderMark(bytes, start)) start += 3;
    while (start < end && (bytes[start] === 32 || bytes[start] === 9)) start++;
    if (start >= end) return;
    const reason = this.reader.read(this.line, bytes, start, end);
    if (reason === NO_LINE) return;
    if (reason !== null && !isPart) {
      const parts = takenApart(bytes.subarray(start, end), reason);
      if (parts.length > 0) {
        for (const part of parts) this.take(part, 0, part.length, true);
        return;
      }
    }
    this.linesRead++;
    if (reason === null) this.count(this.line);
    else if (!this.isHealthCheck(bytes, start, end)) this.reject(reason);
  }

  private isHealthCheck(bytes: Uint8Array, start: number, end: number): boolean {
    const text = () => String.fromCharCode(...bytes.subarray(start, Math.min(end, start + LONGEST_CHECK)));
    return this.healthChecks.take(
      this.reader.within ?? { text: text() },
      this.fileName,
      (name, endSeconds) => {
        const of = name === '' ? (this.filter.loadBalancer ?? '') : name;
        return !this.isOutside({ endSeconds }, of);
      },
    );
  }

  private isOutside(line: Pick<LogLine, 'endSeconds'>, loadBalancer: string): boolean {
    const { filter } = this;
    return (
      (filter.loadBalancer !== undefined &&
        loadBalancer !== filter.loadBalancer &&
        loadBalancer.split('/')[1] !== filter.loadBalancer) ||
      (filter.startSeconds !== undefined && line.endSeconds < filter.startSeconds) ||
      (filter.endSeconds !== undefined && line.endSeconds >= filter.endSeconds)
    );
  }

  private count(line: LogLine): void {
    if (this.isFiltered) {
      const name = this.nameOf(line);
      if (this.isOutside(line, name)) {
        this.linesOutside++;
        this.outside.add(name, line.endSeconds);
        return;
      }
    }
    const id = this.nameTexts.idOf(line, FIELD.loadBalancer, line.loadBalancerText);
    if (id < 0) {
      this.reject(TOO_MANY_LOAD_BALANCERS);
      return;
    }
    const tally = this.loadBalancers[id] ?? this.newLoadBalancer(id);
    const hasGroup = !isBlankAt(line, FIELD.targetGroup);
    const group = hasGroup ? this.groupTexts.idOf(line, FIELD.targetGroup, line.targetGroupText) : -1;
    const target = this.targetOf(line);
    if (hasGroup && group < 0) tally.leftOut.add(`target groups beyond the first ${MOST_GROUPS} of the log`);
    if (target < 0 && !isBlankAt(line, FIELD.target))
      tally.leftOut.add(`targets beyond the first ${MOST_TARGETS} of the log`);
    tally.add(line, group, target, this.nodes.of(line, tally));
  }

  /** The load balancer's name, without making a string of each occurrence. */
  private nameOf(line: LogLine): string {
    const seen = idOfField(this.seenNames, line, FIELD.loadBalancer);
    return seen < 0 ? fieldText(line, 'loadBalancer') : this.seenNames.textOf(seen);
  }

  private newLoadBalancer(id: number): LoadBalancerTally {
    const tally = new LoadBalancerTally(this.names.textOf(id), this.budget);
    this.loadBalancers[id] = tally;
    return tally;
  }

  private targetOf(line: LogLine): number {
    return isBlankAt(line, FIELD.target) ? -1 : this.targetTexts.idOf(line, FIELD.target, line.targetText);
  }

  /** What was read. Call once, at the end. */
  reading(): AccessLogReading {
    const loadBalancers: AccessLogSummary[] = [];
    // Let go one by one: explaining takes as much memory as what was counted, and of all at once it would be too much.
    while (this.loadBalancers.length > 0) {
      const tally = this.loadBalancers.pop();
      if (tally === undefined) continue;
      const summary = summaryOf(
        tally,
        (group) => this.groups.textOf(group),
        (target) => this.targets.textOf(target),
        (node) => this.nodes.addressOf(node),
      );
      loadBalancers.unshift(summary);
    }
    return {
      linesRead: this.linesRead,
      linesRejected: this.linesRejected,
      rejected: this.rejected,
      reasons: this.reasons,
      linesOutside: this.linesOutside,
      outside: this.outside,
      healthChecks: this.healthChecks,
      absentFields: this.reader.absent,
      loadBalancers: loadBalancers.sort((a, b) => b.elb502 - a.elb502 || b.requests - a.requests),
    };
  }
}
