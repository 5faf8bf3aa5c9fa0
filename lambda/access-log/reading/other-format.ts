import { UNNAMED_LOAD_BALANCER } from '../../model/logged-name.ts';
import { foreignHeader, foreignLine, foreignRecord } from './foreign-line.ts';
import { DELIMITERS, type Header, headerOf, splitsOf } from './format/delimited.ts';
import { normalName } from './format/field-name.ts';
import { jsonLine } from './format/json-line.ts';
import { holdsPartOfLine, prefixLength, prefixOfRecord } from './format/prefix.ts';
import { type RecordLine, recordLine } from './format/record.ts';
import { FIELD_NAMES } from './line-form.ts';
import { SEVERAL_RECORDS } from './taken-apart.ts';

/** A line in the load balancer's own form, that there is none, or why; null where nothing is known of it. */
export type Translated = RecordLine | 'no line' | null;

/** How a record of JSON begins, a row of one, or a text. */
const JSON_BEGIN = /^\s*(?:\{\s*(?:["}]|$)|\[\s*(?:["[{\]]|$)|"(?:[^"\\]|\\.)*",?\s*$)/;
/** What grep -C puts between matches that are apart. */
const CONTEXT_SEPARATOR = '--';
const FEWEST_FIELDS = 24;
const BEYOND_ASCII = /[\x80-\uffff]/;

/** Translates lines that are not as the load balancer writes them, file after file. */
export class OtherFormat {
  private header: Header | null;
  private isJson = false;
  private loadBalancer = UNNAMED_LOAD_BALANCER;
  /** What the lines after a header are that names other fields. */
  private foreign: string | null = null;
  private readonly given: Header | null;

  /** @param fields - names of the fields of a log without a header, in their order */
  constructor(fields: readonly string[] | undefined) {
    this.given = fields === undefined ? null : { delimiter: '', names: fields };
    this.header = this.given;
  }

  /** @param loadBalancer - whose log it is where its records do not say */
  startFile(loadBalancer: string): void {
    this.loadBalancer = loadBalancer;
    this.header = this.given;
    this.isJson = false;
    this.foreign = null;
  }

  /** Whether lines of this file are to be translated before anything else is tried. */
  get isKnown(): boolean {
    return this.header !== null || this.isJson || this.foreign !== null;
  }

  /** @param text - one byte a character, so that nothing is lost */
  translate(text: string): Translated {
    if (text === CONTEXT_SEPARATOR) return 'no line';
    if (this.isJson || JSON_BEGIN.test(text)) return this.fromJson(text);
    if (text.startsWith('#') && !holdsPartOfLine(text)) {
      this.header = headerOf(text) ?? this.header;
      this.foreign = this.header === null ? (foreignHeader(text) ?? this.foreign) : null;
      return 'no line';
    }
    if (this.foreign !== null) return { reason: this.foreign };
    if (this.header !== null) return this.fromFields(text, this.header);
    const beforeRecord = prefixOfRecord(text);
    if (beforeRecord > 0) return this.fromJson(text.slice(beforeRecord), false);
    const before = prefixLength(text);
    if (before > 0) return { line: text.slice(before), absent: [] };
    const header = headerOf(text);
    if (header !== null) {
      this.header = header;
      return 'no line';
    }
    return withoutHeader(text, this.loadBalancer);
  }

  /** @param isAll - whether the lines after it are JSON as well, without anything before them */
  private fromJson(text: string, isAll = true): Translated {
    const isAscii = !BEYOND_ASCII.test(text);
    const found = jsonLine(isAscii ? text : Buffer.from(text, 'latin1').toString('utf8'));
    if (found.kind === 'broken') return { reason: found.reason };
    if (found.kind === 'several') return { reason: SEVERAL_RECORDS };
    if (isAll) this.isJson = true;
    if (found.kind === 'nothing') return 'no line';
    const result =
      found.kind === 'record'
        ? lineOfRecord(found.entries, this.loadBalancer)
        : lineOfMessage(found.text, this.loadBalancer);
    if (result === null || result === 'no line' || !('line' in result)) return result;
    // An escape may stand for a character beyond, too.
    return (!isAscii || text.includes('\\u')) && BEYOND_ASCII.test(result.line)
      ? { ...result, line: Buffer.from(result.line, 'utf8').toString('latin1') }
      : result;
  }

  private fromFields(text: string, { delimiter, names }: Header): Translated {
    const message = names.indexOf('message');
    // Some write the names of W3C between blanks, and the values between tabs.
    const tried = delimiter === '' ? DELIMITERS : delimiter === ' ' ? [' ', '\t'] : [delimiter];
    for (const between of tried)
      for (const fields of splitsOf(text, between)) {
        if (fields.length !== names.length) continue;
        if (isHeaderAgain(names, fields)) return 'no line';
        if (message >= 0) return lineOfMessage(fields[message] ?? '', this.loadBalancer);
        return lineOfRecord(
          names.map((name, at) => [name, fields[at] ?? ''] as const),
          this.loadBalancer,
        );
      }
    // Tables that were put together have a header each.
    const another = this.given === null ? headerOf(text) : null;
    if (another !== null) {
      this.header = another;
      return 'no line';
    }
    return {
      reason: `does not have the ${names.length} fields that ${delimiter === '' ? '--fields' : 'the header'} names`,
    };
  }
}

/** Tables that were put together have a header each. */
const isHeaderAgain = (names: readonly string[], fields: readonly string[]): boolean =>
  fields.every((field, at) => normalName(field) === names[at]);

/** A record of JSON, or what else it is. */
function lineOfRecord(entries: readonly (readonly [string, string])[], loadBalancer: string): RecordLine {
  const result = recordLine(entries, loadBalancer);
  if ('line' in result) return result;
  return { reason: foreignRecord(entries.map(([name]) => name)) ?? result.reason, within: { entries } };
}

const NO_LINE_IN_MESSAGE = 'a message that is no access-log line';

/** A message of CloudWatch Logs: a line, or a record. */
function lineOfMessage(text: string, loadBalancer: string): Translated {
  if (text.startsWith('{')) {
    const within = jsonLine(text);
    if (within.kind === 'record') return lineOfRecord(within.entries, loadBalancer);
    if (within.kind === 'several') return { reason: SEVERAL_RECORDS };
    return { reason: within.kind === 'broken' ? within.reason : NO_LINE_IN_MESSAGE };
  }
  return prefixLength(text) === 0
    ? { line: text.trimEnd(), absent: [] }
    : { reason: foreignLine(text) ?? NO_LINE_IN_MESSAGE, within: { text } };
}

/** Whether a text is a line, and not one that was split within quotes: user agents have semicolons. */
const isUncutLine = (text: string): boolean =>
  prefixLength(text) === 0 && (text.match(/(?<!\\)"/g) ?? []).length % 2 === 0;

/** All fields in the order of a line between other delimiters, or a whole line as one of several fields. */
function withoutHeader(text: string, loadBalancer: string): Translated {
  for (const delimiter of DELIMITERS)
    for (const fields of delimiter === ' ' ? [] : splitsOf(text, delimiter)) {
      if (fields.length >= FEWEST_FIELDS && fields[2]?.startsWith('app/'))
        return recordLine(
          fields.slice(0, FIELD_NAMES.length).map((field, at) => [FIELD_NAMES[at] ?? '', field] as const),
          loadBalancer,
        );
      const message = fields.length < 2 ? undefined : fields.find(isUncutLine);
      if (message !== undefined && !fields.some((field) => field !== message && holdsPartOfLine(field)))
        return { line: message.trimEnd(), absent: [] };
    }
  return null;
}
