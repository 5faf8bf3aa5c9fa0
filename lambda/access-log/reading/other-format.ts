import { DELIMITERS, type Header, headerOf, splitsOf } from './format/delimited.ts';
import { jsonLine } from './format/json-line.ts';
import { holdsPartOfLine, prefixLength, prefixOfRecord } from './format/prefix.ts';
import { type RecordLine, recordLine } from './format/record.ts';
import { FIELD_NAMES } from './line-form.ts';

/** A line in the load balancer's own form, that there is none, or why; null where nothing is known of it. */
export type Translated = RecordLine | 'no line' | null;

/** How a JSON document begins that has one record or one property a line. */
const JSON_BEGIN = /^\s*[{[]/;
const FEWEST_FIELDS = 24;
const BEYOND_ASCII = /[\x80-\uffff]/;

/** Translates lines that are not as the load balancer writes them, file after file. */
export class OtherFormat {
  private header: Header | null;
  private isJson = false;
  private readonly given: Header | null;

  /** @param fields - names of the fields of a log without a header, in their order */
  constructor(fields: readonly string[] | undefined) {
    this.given = fields === undefined ? null : { delimiter: '', names: fields };
    this.header = this.given;
  }

  startFile(): void {
    this.header = this.given;
    this.isJson = false;
  }

  /** Whether lines of this file are to be translated before anything else is tried. */
  get isKnown(): boolean {
    return this.header !== null || this.isJson;
  }

  /** @param text - one byte a character, so that nothing is lost */
  translate(text: string): Translated {
    if (this.isJson || JSON_BEGIN.test(text)) return this.fromJson(text);
    if (text.startsWith('#') && !holdsPartOfLine(text)) {
      this.header = headerOf(text) ?? this.header;
      return 'no line';
    }
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
    return withoutHeader(text);
  }

  /** @param isAll - whether the lines after it are JSON as well, without anything before them */
  private fromJson(text: string, isAll = true): Translated {
    const isAscii = !BEYOND_ASCII.test(text);
    const found = jsonLine(isAscii ? text : Buffer.from(text, 'latin1').toString('utf8'));
    if (found.kind === 'broken') return { reason: found.reason };
    if (isAll) this.isJson = true;
    if (found.kind === 'nothing') return 'no line';
    const result = found.kind === 'record' ? recordLine(found.entries) : lineOfMessage(found.text);
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
        if (message >= 0) return lineOfMessage(fields[message] ?? '');
        return recordLine(names.map((name, at) => [name, fields[at] ?? ''] as const));
      }
    return {
      reason: `does not have the ${names.length} fields that ${delimiter === '' ? '--fields' : 'the header'} names`,
    };
  }
}

/** A message of CloudWatch Logs: a line, or a record. */
function lineOfMessage(text: string): Translated {
  if (text.startsWith('{')) {
    const within = jsonLine(text);
    if (within.kind === 'record') return recordLine(within.entries);
    return { reason: within.kind === 'broken' ? within.reason : 'a message that is no access-log line' };
  }
  return prefixLength(text) === 0
    ? { line: text.trimEnd(), absent: [] }
    : { reason: 'a message that is no access-log line' };
}

/** All fields in the order of a line between other delimiters, or a whole line as one of several fields. */
function withoutHeader(text: string): Translated {
  for (const delimiter of DELIMITERS)
    for (const fields of delimiter === ' ' ? [] : splitsOf(text, delimiter)) {
      if (fields.length >= FEWEST_FIELDS && fields[2]?.startsWith('app/'))
        return recordLine(
          fields.slice(0, FIELD_NAMES.length).map((field, at) => [FIELD_NAMES[at] ?? '', field] as const),
        );
      const message = fields.length < 2 ? undefined : fields.find((field) => prefixLength(field) === 0);
      if (message !== undefined && !fields.some((field) => field !== message && holdsPartOfLine(field)))
        return { line: message.trimEnd(), absent: [] };
    }
  return null;
}
