import { FIELD_NAMES } from '../../lambda/access-log/reading/line-form.ts';

/** The values of a line's fields, without quotes. */
export const valuesOf = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replaceAll('\\"', '"'),
  );

/** Names of vended delivery's record fields, as the CDK has them. */
const VENDED = FIELD_NAMES.map((name) =>
  name === 'request' ? 'request_line' : name.replace(/[^a-z0-9]+/g, '_'),
);

const csv = (value: string): string => `"${value.replaceAll('"', '""')}"`;
const quotedWhereNeeded = (value: string): string =>
  /[\s",;|]/.test(value) || value === '' ? `"${value.replaceAll('"', '\\"')}"` : value;

const named = (line: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(valuesOf(line).map((value, at) => [names[at] ?? `new_${at}`, value]));

/** As Athena's table of AWS has the columns. */
function athena(line: string): Record<string, string> {
  const { client_port = '', target_port = '', request_line = '', ...rest } = named(line, VENDED);
  const [verb = '', url = '', proto = ''] = request_line.split(' ');
  const place = (address: string): readonly [string, string] => {
    const colon = address.lastIndexOf(':');
    return colon < 0 ? ['', ''] : [address.slice(0, colon), address.slice(colon + 1)];
  };
  const [client_ip, client] = place(client_port);
  const [target_ip, target] = place(target_port);
  const numbers = Object.fromEntries(
    ['request_processing_time', 'target_processing_time', 'response_processing_time'].map((name) => {
      const value = Number(rest[name]);
      return [name, value > 0 && value < 0.01 ? value.toExponential().replace('e', 'E') : String(value)];
    }),
  );
  return {
    ...rest,
    ...numbers,
    client_ip,
    client_port: client,
    target_ip,
    target_port: target,
    request_verb: verb,
    request_url: url,
    request_proto: proto,
  };
}

/** A field at a place moved to the front, so that the order is not AWS's. */
const turned = <T>(values: readonly T[]): T[] => [...values.slice(20), ...values.slice(0, 20)];

function withHeader(delimiter: string, quote: (value: string) => string, before = '') {
  return (lines: readonly string[]): string => {
    const rows = lines.map((line) => turned(valuesOf(line)).map(quote).join(delimiter));
    return `${before}${turned(VENDED).join(delimiter)}\n${rows.join('\n')}\n`;
  };
}

const each = (write: (line: string, at: number) => string) => (lines: readonly string[]) =>
  `${lines.map(write).join('\n')}\n`;

/** The same requests in every form in which people have them. All values of all 34 fields are in each. */
export const WRITERS: Readonly<Record<string, (lines: readonly string[]) => string>> = {
  'a CloudWatch Logs export to S3': each((line) => `2026-03-01T12:00:05.123Z ${line}`),
  'aws logs tail': each((line) => `2026-03-01T12:00:05.123000+00:00 ALB_stream-1 ${line}`),
  'grep -n of a file whose name begins with w': each((line, at) => `web/w-1.log.gz:${at + 1}:${line}`),
  'zgrep of a path with spaces': each((line) => `my logs/access.log.gz:${line}`),
  'grep of a name like a type': each((line) => `https:${line}`),
  'aws logs filter-log-events --output text': each(
    (line, at) => `EVENTS\t3653${at}\t1790000000000\tstream\t${line}\t1790000000000`,
  ),
  'aws logs filter-log-events': (lines) =>
    JSON.stringify(
      { events: lines.map((message, at) => ({ timestamp: 1_790_000_000_000, eventId: `${at}`, message })) },
      null,
      4,
    ),
  'aws logs get-query-results': (lines) =>
    JSON.stringify(
      {
        results: lines.map((value) => [
          { field: '@timestamp', value: '2026-03-01 12:00:05.123' },
          { field: '@message', value },
          { field: '@ptr', value: 'CmEKJgoiMTExMTIyMjIzMzMzOi8=' },
        ]),
        statistics: { recordsMatched: lines.length },
        status: 'Complete',
      },
      null,
      2,
    ),
  'CloudWatch Logs Insights as CSV': (lines) =>
    `@timestamp,@message\n${lines.map((line) => `2026-03-01 12:00:05.123,${csv(line)}`).join('\n')}\n`,
  'JSON with the names of the line': each((line) => JSON.stringify(named(line, FIELD_NAMES))),
  'JSON with the names of vended delivery': each((line) => JSON.stringify(named(line, VENDED))),
  'JSON with numbers': each((line) =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(named(line, VENDED)).map(([name, value]) => [
          name,
          /^-?\d+(\.\d*[1-9])?$/.test(value) ? Number(value) : value,
        ]),
      ),
    ),
  ),
  'JSON in messages of CloudWatch Logs': each((line) =>
    JSON.stringify({ timestamp: 1, message: JSON.stringify(named(line, VENDED)) }),
  ),
  'a JSON array with a record a line': (lines) =>
    `[\n${lines.map((line) => JSON.stringify(named(line, VENDED))).join(',\n')}\n]\n`,
  'JSON records over several lines': each((line) => JSON.stringify(named(line, VENDED), null, 2)),
  'a JSON array on one line': (lines) => JSON.stringify(lines.map((line) => named(line, VENDED))),
  'a JSON array over several lines': (lines) =>
    `[\r\n${lines.map((line) => JSON.stringify(named(line, VENDED), null, 4)).join(' ,\r\n')}\r\n]`,
  'JSON records one right after the other, as Firehose puts them': (lines) =>
    lines.map((line) => JSON.stringify(named(line, VENDED))).join(''),
  'JSON records several a line': (lines) =>
    `${JSON.stringify(named(lines[0] ?? '', VENDED))}\n${lines
      .slice(1)
      .map((line) => JSON.stringify(named(line, VENDED)))
      .join(', ')}\n`,
  'aws logs filter-log-events on one line': (lines) =>
    JSON.stringify({
      searchedLogStreams: [],
      events: lines.map((line) => ({ message: JSON.stringify(named(line, VENDED)) })),
      nextToken: '[{"events":[',
    }),
  'a subscription to CloudWatch Logs': (lines) =>
    lines
      .map((message) =>
        JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', timestamp: 1, message }] }),
      )
      .join(''),
  'Insights as JSON of the console': (lines) =>
    JSON.stringify(
      lines.map((line) => ({ '@timestamp': '2026-03-01 12:00:05.123', '@message': named(line, VENDED) })),
      null,
      2,
    ),
  'Insights with the fields of the line': (lines) =>
    JSON.stringify({
      results: lines.map((line) => [
        { field: '@timestamp', value: '2026-03-01 12:00:05.123' },
        ...Object.entries(named(line, VENDED)).map(([field, value]) => ({ field, value })),
        { field: '@ptr', value: 'CmEKJgoi' },
      ]),
    }),
  'Insights as CSV with the fields of the line, its own time last': (lines) => {
    const rows = lines.map((line) => [...valuesOf(line), '2020-01-01 12:00:05.123']);
    return `${[[...VENDED, '@timestamp'], ...rows].map((row) => row.map(csv).join(',')).join('\n')}\n`;
  },
  'jq without -r': each((line) => JSON.stringify(line)),
  'a JSON array of lines': (lines) => JSON.stringify(lines),
  'files of one line that were put together without line ends': (lines) => lines.join(''),
  'lines between carriage returns, then line feeds': (lines) => `${lines.join('\r')}\n`,
  'files that begin with a byte order mark, put together': each((line) => `\ufeff${line}`),
  'grep -C': (lines) => `${lines.join('\n--\n')}\n--\n`,
  'tables that were put together, with a header each': (lines) =>
    lines.map((line) => withHeader(',', csv)([line])).join(''),
  'Athena as CSV': (lines) => {
    const rows = lines.map(athena);
    const names = Object.keys(rows[0] ?? {});
    return `${[names, ...rows.map((row) => names.map((name) => row[name] ?? ''))]
      .map((row) => row.map(csv).join(','))
      .join('\n')}\n`;
  },
  'tabs and a header': withHeader('\t', quotedWhereNeeded),
  'semicolons and a header': withHeader(';', quotedWhereNeeded),
  W3C: withHeader(' ', quotedWhereNeeded, '#Version: 1.0\n#Fields: '),
  'tabs without a header': each((line) => valuesOf(line).map(quotedWhereNeeded).join('\t')),
  'commas without a header': each((line) => valuesOf(line).map(csv).join(',')),
};

/** Fields in an order of their own, and what `--fields` is to be. */
export const chosenFields = {
  names: turned(VENDED),
  write: each((line) => turned(valuesOf(line)).map(quotedWhereNeeded).join('|')),
};
