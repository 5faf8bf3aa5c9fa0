import { DELIMITERS, splitsOf } from './format/delimited.ts';
import { isConnectionField, isFieldName, isHealthCheckField } from './format/field-name.ts';

/** How lines of other logs and documents begin or are built, with their names; the first that fits counts. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /(?:^|[\s:,-])\d{4}-\d\d-\d\dT[\d:.]+Z([\t,;| ])[\da-f.:]+\1\d{1,5}\1\d{1,5}\1(?:TLSv[\d.]+|-)(?:\1|$)/,
    'a connection log, not an ALB access log',
  ],
  [
    /^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d+(?:-[A-Z]\d+)?\t/,
    'a CloudFront log, not an ALB access log',
  ],
  [
    /^[0-9a-f]{64} \S+ \[\d\d\/\w{3}\/\d{4}:[\d:]+ [+-]\d{4}\] \S+ /,
    'an S3 server access log, not an ALB access log',
  ],
  [
    /^\S+ \S+ (?:\S+ ){0,2}\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/,
    'an access log of a web server (nginx, Apache), not of an ALB',
  ],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]+\] \d+#\d+: /, 'an error log of nginx, not an ALB access log'],
  [/^\[\w{3} \w{3} \d\d [\d:.]+ \d{4}\] \[/, 'an error log of Apache, not an ALB access log'],
  [/^(?:\w{3} +\d+ [\d:]+ )?\S* ?haproxy\[\d+\]: /, 'a log of HAProxy, not an ALB access log'],
  [/^<\?xml|^<Error>/i, 'XML, such as an error of Amazon S3, not a log'],
  [/^<(?:!doctype|html|head|body|title|script|meta)\b/i, 'an HTML page, not a log'],
  [
    /^version account-id interface-id |^\d+ (?:\d{12}|unknown) eni-[0-9a-f]+ .* (?:OK|NODATA|SKIPDATA)$/,
    'a VPC flow log, not an ALB access log',
  ],
  [
    /_elasticloadbalancing_[a-z0-9-]+_(?:app|net)\.\S+\.log(?:\.gz)?\s*$/,
    'a list of log files, not what is in them',
  ],
  [
    /^\s*(?:- )?(?:eventId|ingestionTime|logStreamName|message|timestamp): /,
    'YAML of aws logs; ask for it with --output json',
  ],
  [/^events:$/, 'YAML of aws logs; ask for it with --output json'],
  [
    /^(?:\+[-+]{4,}|\|[-|+]{4,}|-{3,}$|\|+ .*\|\s*$)/,
    'a drawn table (Markdown, aws --output table); export it as CSV or JSON',
  ],
  [/^(?:START|END|REPORT) RequestId: [0-9a-f-]{36}/, 'a log of a Lambda function, not an ALB access log'],
  [/^An error occurred \(\w+\) when calling /, 'an error of the AWS CLI that was saved in place of a log'],
];

/** JSON records of other logs, by names that only they have together. */
const RECORDS: readonly (readonly [readonly string[], string])[] = [
  [['eventVersion', 'eventSource', 'eventName'], 'a CloudTrail record, not one of an ALB access log'],
  [['webaclId', 'terminatingRuleId'], 'a record of a WAF log, not of an ALB access log'],
  [['x-edge-location'], 'a record of a CloudFront log, not of an ALB access log'],
  [['interface-id', 'srcaddr'], 'a record of a VPC flow log, not of an ALB access log'],
  [['interface_id', 'srcaddr'], 'a record of a VPC flow log, not of an ALB access log'],
  [['awslogs'], 'an event of a subscription to CloudWatch Logs, not a log'],
  [['ResultSet'], 'an answer of aws athena; take the CSV file that the query wrote to S3'],
];

const LONGEST_LOOK = 4096;

/**
 * What a line is that is none of an Application Load Balancer's; null where it is nothing that is known.
 *
 * @param mayBeChosen - whether it may be one of fields that a delivery chose, and not a line that is cut
 */
export function foreignLine(text: string, mayBeChosen = true): string | null {
  const begin = text.slice(0, LONGEST_LOOK);
  return (
    FORMS.find(([form]) => form.test(begin))?.[1] ?? (mayBeChosen && isOfChosenFields(begin) ? CHOSEN : null)
  );
}

/** What a record of JSON is that lacks the fields of an access log, by the names that it has. */
export function foreignRecord(names: readonly string[]): string | null {
  const known = RECORDS.find(([own]) => own.every((name) => names.includes(name)));
  if (known) return known[1];
  if (names.some(isConnectionField)) return 'a record of a connection log, not of an access log';
  if (names.some((name) => /^health_check_/.test(name) || (isHealthCheckField(name) && name !== 'status')))
    return 'a record of a health check log that lacks its time, its target or its status';
  if (names.some(isFieldName)) return null;
  return `a JSON record without a field of an ALB access log; it has ${names.slice(0, 5).join(', ')}`;
}

/** What a W3C log is whose `#Fields` names no field of an access log; null where it names some. */
export function foreignHeader(text: string): string | null {
  const names =
    /^#\s*fields:\s*(.*)$/i
      .exec(text)?.[1]
      ?.trim()
      .split(/[\s,;|]+/) ?? [];
  if (names.length === 0) return null;
  if (names.some((name) => name.startsWith('x-edge-'))) return 'a CloudFront log, not an ALB access log';
  return `a W3C log of something else: its fields are ${names.slice(0, 5).join(', ')}`;
}

const CHOSEN =
  'fields that a delivery chose, without a header: give --fields time,elb,... in their order (recordFields of aws logs describe-deliveries)';
const FEWEST_FIELDS = 3;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/;
const STATUS = /^[1-5]\d\d$/;
/** What else a field of an access log looks like. */
const VALUE =
  /^(?:-|-?\d+(?:\.\d+)?|[a-z]+\/[\w.-]+\/[0-9a-f]+|\[?[0-9a-fA-F.:]+\]?:\d+|[\d.]+|[0-9a-f:]+|arn:aws\S+|TID_[0-9a-f]+|Root=\S+|https?|h2|grpcs?|wss?|TLSv[\d.]+|[A-Z0-9_-]{10,}|[a-z-]+(?:,[a-z-]+)*|[\w.-]+\.[a-z]+|[A-Z]+ \S+ HTTP\/[\d.]+|Transform\w+)$/;

/** Whether all that a line has are values of an access log, a time and a status among them. */
function isOfChosenFields(text: string): boolean {
  return DELIMITERS.some((delimiter) =>
    splitsOf(text, delimiter).some(
      (fields) =>
        fields.length >= FEWEST_FIELDS &&
        fields.some((field) => TIME.test(field)) &&
        fields.some((field) => STATUS.test(field)) &&
        // Client programs call themselves whatever they like.
        fields.filter((field) => !TIME.test(field) && !STATUS.test(field) && !VALUE.test(field)).length <= 1,
    ),
  );
}
