import { FIELD } from '../reading/field-places.ts';
import { idOfField, idOfText, interner } from '../reading/interner.ts';
import { isBlankAt, type LogLine } from '../reading/line.ts';
import type { LoadBalancerTally } from './load-balancer-tally.ts';

/** More than one account has at a time. */
const MOST_NODES = 5000;
/** Lines of one node are in order but for slow responses; a larger step back means another node's file. */
const STEP_BACK_SECONDS = 30;

/** An IPv4 or IPv6 address, as field 34 of the newest layout has it. */
const isAddress = (text: string): boolean => /^\[?[0-9a-fA-F]*[.:][0-9a-fA-F.:]+\]?$/.test(text);

/** The load balancer's nodes that wrote the lines, as numbers. */
export class Nodes {
  private readonly names = interner(MOST_NODES);
  /** Whether a text of field 34 is an address, by the number of its node. */
  private readonly isAddressOf = new Map<number, boolean>();
  private fileNode = -1;

  /** @param address - of the node that wrote the file, where its name has it */
  startFile(address: string | undefined): void {
    this.fileNode = address === undefined ? -1 : idOfText(this.names, address);
  }

  /** Whether the name of the current file has the node. */
  get isOfFile(): boolean {
    return this.fileNode >= 0;
  }

  /** The node by the file's name, else by the line's own field, else by the stretch of lines in order of time. */
  of(line: LogLine, tally: LoadBalancerTally): number {
    if (this.fileNode >= 0) return this.fileNode;
    if (!isBlankAt(line, FIELD.nodeAddress)) {
      const node = idOfField(this.names, line, FIELD.nodeAddress);
      if (node < 0) return 0;
      if (this.namesAddress(node)) return node;
    }
    if (line.endSeconds < tally.segmentEndSeconds - STEP_BACK_SECONDS || tally.segmentNode < 0) {
      tally.segmentNode = Math.max(0, idOfText(this.names, `segment ${++tally.segmentCount}`));
      tally.segmentEndSeconds = line.endSeconds;
    }
    tally.segmentEndSeconds = Math.max(tally.segmentEndSeconds, line.endSeconds);
    return tally.segmentNode;
  }

  /** The address of a node; null where nothing named it. */
  addressOf(node: number): string | null {
    return this.namesAddress(node) ? this.names.textOf(node) : null;
  }

  private namesAddress(node: number): boolean {
    let known = this.isAddressOf.get(node);
    if (known === undefined) {
      known = isAddress(this.names.textOf(node));
      this.isAddressOf.set(node, known);
    }
    return known;
  }
}
