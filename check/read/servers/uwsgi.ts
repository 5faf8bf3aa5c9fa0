import { inSeconds } from '../../../lambda/advice/workload-server/times.ts';
import { type FileReader, NO_FACTS, type Place } from '../../model.ts';
import {
  asWritten,
  checkedServer,
  type KeepAlive,
  noIdleTimeout,
  rowOf,
  set,
  unknown,
} from './checked-server.ts';
import { programFolder } from './program-folder.ts';

const LONGEST_FILE = 200_000;

interface Option {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** The options of the section [uwsgi]. */
function optionsIn(text: string): readonly Option[] {
  const options: Option[] = [];
  let isOwn = false;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line.startsWith('[')) isOwn = /^\[uwsgi[\]:]/.test(line);
    const match = isOwn ? /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(line.slice(0, 2000)) : null;
    if (match) options.push({ name: match[1] ?? '', value: (match[2] ?? '').trim(), line: index + 1 });
  }
  return options;
}

/** uwsgi.ini with its own HTTP router; with a socket alone the web server in front holds the connections. */
export const UWSGI_FILES: FileReader = {
  reads: 'uWSGI configuration',
  takes: (path) => path.endsWith('.ini'),
  read: (file, beside) => {
    if (file.text.length > LONGEST_FILE || !/^\s*\[uwsgi[\]:]/m.test(file.text)) return null;
    const options = optionsIn(file.text);
    const last = (name: string): Option | undefined => options.findLast((one) => one.name === name);
    const listens = last('http') ?? last('https') ?? last('http-socket');
    if (!listens) return NO_FACTS;
    const keepAlive = last('http-keepalive');
    const place: Place = { file: file.path, line: (keepAlive ?? listens).line };
    const port = Number(/:(\d{1,5})(?:,|$)/.exec(listens.value)?.[1] ?? 0);
    // http-socket is the workers' own, which know no keep-alive.
    const isRouter = listens.name !== 'http-socket';
    return {
      ...NO_FACTS,
      servers: [
        checkedServer({
          row: rowOf('uwsgi'),
          place,
          folder: programFolder(file.path, beside),
          keepAlive: keepAlive && isRouter ? read(keepAlive, place, last('http-timeout')) : undefined,
          keepAliveAs: { template: 'http-keepalive = %s', unit: 'seconds' },
          ports: port > 0 && port < 65_536 ? [port] : [],
        }),
      ],
    };
  },
};

/** Without a value, or with `true`, it is on, and http-timeout (60 s) is its idle time. */
function read({ value, name }: Option, place: Place, timeout: Option | undefined): KeepAlive {
  const written = `${name} = ${value}`;
  if (value === '0' || value === 'false') return noIdleTimeout('each-response-unannounced', place);
  if (value === '' || value === 'true' || value === '1') {
    const seconds = timeout ? inSeconds(timeout.value) : 60;
    return seconds === null
      ? { keepAliveSeconds: unknown(place, 'http-timeout cannot be read offline') }
      : { keepAliveSeconds: set(seconds, place, written) };
  }
  const seconds = inSeconds(value);
  return {
    keepAliveSeconds:
      seconds === null
        ? unknown(place, `${asWritten(written)}: its value cannot be read offline`)
        : set(seconds, place, written),
  };
}
