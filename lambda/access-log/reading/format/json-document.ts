const [LINE_FEED, CARRIAGE_RETURN, TAB, SPACE] = [10, 13, 9, 32] as const;
const [QUOTE, BACKSLASH, COLON, COMMA] = [34, 92, 58, 44] as const;
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [123, 125, 91, 93] as const;
/** Bytes of a byte order mark, which may stand before each document where files were put together. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
/** No record of a log is longer. */
const LONGEST_RECORD = 1 << 20;
/** No record of a log is deeper. */
const DEEPEST = 64;

/** Properties whose lists hold the records: of aws logs, of subscriptions to a log group, and of CloudTrail. */
export const HOLDERS = ['events', 'results', 'logEvents', 'Records'] as const;
const HOLDER_TEXTS = HOLDERS.map((name) => Buffer.from(`"${name}":`));

/** Takes a record or a text, in JSON on one line, and the number of the line on which it begins. */
export type OnRecord = (record: Uint8Array, line: number) => void;

const isBlank = (byte: number | undefined): boolean =>
  byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;

const isMark = (byte: number | undefined): boolean => BYTE_ORDER_MARK.some((one) => one === byte);

/**
 * Finds the records of JSON that is not one record a line: printed over several lines, in a list, in the list of an
 * answer of `aws logs`, or one right after the other. A record that is cut is given as far as it goes, and what follows
 * is read from where the next one begins.
 */
export class JsonDocument {
  private text = new Uint8Array(4096);
  private length = 0;
  /** Lists and objects around the records, outermost first. */
  private readonly around: number[] = [];
  /** Lists and objects of the record that is being read, outermost first. */
  private readonly open: number[] = [];
  private isInText = false;
  private isEscaped = false;
  /** What is read is no JSON: it goes to the end of its line. */
  private isOther = false;
  /** What is read is what stands around a list of records, or too long. */
  private isDropped = false;
  private before = 0;
  private line = 1;
  private beginLine = 1;
  /** Whether the records are in the list of an answer. */
  hasHolder = false;
  private readonly onRecord: OnRecord;
  private readonly onTooLong: (line: number) => void;

  constructor(onRecord: OnRecord, onTooLong: (line: number) => void) {
    this.onRecord = onRecord;
    this.onTooLong = onTooLong;
  }

  /** Takes the next bytes; they are not kept. */
  feed(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.isInText || this.isOther) at = this.toEnd(bytes, at);
      else if (this.open.length > 0) this.within(bytes[at++] ?? 0);
      else this.between(bytes[at++] ?? 0);
    }
  }

  get isWithinRecord(): boolean {
    return this.open.length > 0;
  }

  get isWithinText(): boolean {
    return this.isInText;
  }

  /** What has not come to its end is a record that is cut. */
  end(): void {
    this.give();
  }

  /** To the end of a text in quotes, or of a line that is no JSON. */
  private toEnd(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length) {
      const byte = bytes[at++];
      if (byte === LINE_FEED) {
        this.append(bytes, from, at - 1);
        // No text of JSON goes over the end of a line: the record is cut there.
        this.give();
        this.line++;
        return at;
      }
      if (this.isOther) continue;
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) {
        this.isInText = false;
        this.before = QUOTE;
        break;
      }
    }
    this.append(bytes, from, at);
    if (!this.isInText && !this.isOther && this.open.length === 0) this.give();
    return at;
  }

  private between(byte: number): void {
    if (byte === LINE_FEED) this.line++;
    if (isBlank(byte) || byte === COMMA || isMark(byte)) return;
    if (byte === CLOSE_LIST && this.around.at(-1) === OPEN_LIST) this.leaveList();
    else if (byte === OPEN_LIST && this.around.length === 0) this.around.push(byte);
    else {
      this.beginLine = this.line;
      this.put(byte);
      if (byte === OPEN || byte === OPEN_LIST) this.open.push(byte);
      else if (byte === QUOTE) this.isInText = true;
      else this.isOther = true;
      this.before = byte;
    }
  }

  private leaveList(): void {
    this.around.pop();
    if (this.around.at(-1) !== OPEN) return;
    // The rest of the answer around it.
    this.around.pop();
    this.open.push(OPEN);
    this.isDropped = true;
    this.before = CLOSE_LIST;
  }

  private within(byte: number): void {
    if (byte === LINE_FEED) this.line++;
    if (isBlank(byte)) return;
    const inner = this.open.at(-1);
    if (byte === OPEN || byte === OPEN_LIST) {
      const mayBegin =
        this.before === COLON || this.before === OPEN_LIST || (this.before === COMMA && inner === OPEN_LIST);
      if (!mayBegin || this.open.length === DEEPEST) {
        this.give();
        this.between(byte);
        return;
      }
      if (byte === OPEN_LIST && this.open.length === 1 && this.isAfterHolder()) {
        this.enterList();
        return;
      }
      this.open.push(byte);
    }
    this.put(byte);
    if (byte === QUOTE) this.isInText = true;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      this.open.pop();
      if (this.open.length === 0 || (inner === OPEN) !== (byte === CLOSE)) this.give();
    }
    this.before = byte;
  }

  private isAfterHolder(): boolean {
    return HOLDER_TEXTS.some((holder) => {
      const from = this.length - holder.length;
      return from > 0 && holder.every((byte, at) => this.text[from + at] === byte);
    });
  }

  private enterList(): void {
    this.hasHolder = true;
    this.open.length = 0;
    this.length = 0;
    this.isDropped = false;
    this.around.push(OPEN, OPEN_LIST);
  }

  /** Ends a record, whole or not. */
  private give(): void {
    const record = this.isDropped || this.length === 0 ? null : this.text.slice(0, this.length);
    this.open.length = 0;
    this.length = 0;
    this.isInText = false;
    this.isEscaped = false;
    this.isOther = false;
    this.isDropped = false;
    if (record !== null) this.onRecord(record, this.beginLine);
  }

  private put(byte: number): void {
    if (!this.hasRoom(1)) return;
    this.text[this.length++] = byte;
  }

  private append(bytes: Uint8Array, from: number, to: number): void {
    if (!this.hasRoom(to - from)) return;
    this.text.set(bytes.subarray(from, to), this.length);
    this.length += to - from;
  }

  private hasRoom(more: number): boolean {
    const needed = this.length + more;
    if (needed > LONGEST_RECORD) {
      // Of what is dropped only the name of a list is looked at.
      this.length = 0;
      if (!this.isDropped) this.onTooLong(this.beginLine);
      this.isDropped = true;
      return more <= LONGEST_RECORD;
    }
    if (needed > this.text.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.text.length));
      larger.set(this.text.subarray(0, this.length));
      this.text = larger;
    }
    return true;
  }
}

/** How a log is written: a line or record a line, or JSON of another shape; null where more has to be seen. */
export type LogShape = 'lines' | 'json document' | null;

function nextSignificant(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && (isBlank(bytes[at]) || isMark(bytes[at]))) at++;
  return at;
}

/**
 * Tells by the first bytes of a log whether its lines are to be read one by one.
 *
 * @param isAll - whether no more follow
 */
export function logShape(first: Uint8Array, isAll: boolean): LogShape {
  const undecided = isAll || first.length > LONGEST_RECORD ? 'lines' : null;
  const begin = nextSignificant(first, 0);
  if (begin === first.length) return undecided;
  if (first[begin] !== OPEN && first[begin] !== OPEN_LIST) return 'lines';
  const second = nextSignificant(first, begin + 1);
  if (second === first.length) return undecided;
  const isList = [OPEN, OPEN_LIST, CLOSE_LIST, QUOTE].some((byte) => byte === first[second]);
  if (first[begin] === OPEN_LIST) return isList ? 'json document' : 'lines';
  return first[second] === QUOTE ? shapeOfObject(first.subarray(begin), undecided) : 'lines';
}

/** Whether an object is a record on a line of its own. */
function shapeOfObject(bytes: Uint8Array, undecided: LogShape): LogShape {
  const lineEnd = bytes.indexOf(LINE_FEED);
  let records = 0;
  const document = new JsonDocument(
    () => records++,
    () => {},
  );
  document.feed(lineEnd < 0 ? bytes : bytes.subarray(0, lineEnd));
  if (document.hasHolder || records > 1 || (records === 1 && document.isWithinRecord)) return 'json document';
  if (lineEnd < 0) return undecided;
  // An object that goes on after the end of the line, unless a text was cut there.
  return records === 1 || document.isWithinText ? 'lines' : 'json document';
}
