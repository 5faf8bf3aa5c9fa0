import { type CheckedServer, type FileReader, type FilesBeside, NO_FACTS, type Place } from '../../model.ts';
import { jsonValue } from '../json-value.ts';
import { at, textOf } from '../value.ts';
import { checkedServer, type KeepAlive, rowOf, set, unknown } from './checked-server.ts';
import { folderOf, nameOf } from './program-folder.ts';

const ROW = rowOf('kestrel');
const WEB_PROJECT = /<Project\s+Sdk="Microsoft\.NET\.Sdk\.Web\b/;
const MOST_FILES = 2000;

/** `hh:mm:ss`, as .NET reads a TimeSpan: `00:02:10`, `1.00:00:00`. */
function spanSeconds(text: string): number | null {
  const [, days = '0', hours = '', minutes = '', seconds = ''] =
    /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  return hours === ''
    ? null
    : ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

const UNITS: Readonly<Record<string, number>> = { Milliseconds: 1e-3, Seconds: 1, Minutes: 60, Hours: 3600 };

function expressionSeconds(text: string): number | null {
  const [, unit = '', count = ''] = /^TimeSpan\.From(\w+)\(\s*([\d._]+)\s*\)$/.exec(text) ?? [];
  const perUnit = UNITS[unit];
  if (perUnit !== undefined) return Number(count.replaceAll('_', '')) * perUnit;
  const parts = /^new\s+TimeSpan\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(text);
  return parts ? (Number(parts[1]) * 60 + Number(parts[2])) * 60 + Number(parts[3]) : null;
}

/** `options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2)` in the sources of a project. */
function inCode(folder: string, beside: FilesBeside): KeepAlive | null {
  const inside = folder === '.' ? '' : `${folder}/`;
  const sources = beside.paths
    .filter((path) => path.endsWith('.cs') && path.startsWith(inside) && !/(?:^|\/)(?:bin|obj)\//.test(path))
    .slice(0, MOST_FILES);
  for (const path of sources) {
    const text = beside.text(path) ?? '';
    const match = /^(?!\s*\/\/).*\bLimits\.KeepAliveTimeout\s*=\s*([^;]+);/m.exec(text);
    if (!match) continue;
    const offset = match.index + match[0].indexOf('Limits.KeepAliveTimeout');
    const place: Place = { file: path, line: text.slice(0, offset).split('\n').length };
    const written = `Limits.KeepAliveTimeout = ${(match[1] ?? '').trim()}`;
    const seconds = expressionSeconds((match[1] ?? '').trim());
    return {
      keepAliveSeconds:
        seconds === null
          ? unknown(place, `${written.slice(0, 100)}: its value cannot be read offline`)
          : set(seconds, place, written),
    };
  }
  return null;
}

/** `Kestrel:Limits:KeepAliveTimeout` of appsettings.json, that of production before the general one. */
function inSettings(folder: string, beside: FilesBeside): KeepAlive | null {
  for (const name of ['appsettings.Production.json', 'appsettings.json']) {
    const path = folder === '.' ? name : `${folder}/${name}`;
    const text = beside.text(path);
    const { value } = text === null ? { value: null } : jsonValue({ file: path, text });
    const found = at(value ?? undefined, 'Kestrel', 'Limits', 'KeepAliveTimeout');
    const span = textOf(found);
    if (found === undefined || span === null) continue;
    const seconds = spanSeconds(span);
    return {
      keepAliveSeconds:
        seconds === null
          ? unknown(found.place, `${span.slice(0, 60)} is no time that can be read offline`)
          : set(seconds, found.place, found.written),
    };
  }
  return null;
}

/** Projects of ASP.NET Core: their Kestrel, by code, appsettings.json or default. */
export const KESTREL_PROJECTS: FileReader = {
  reads: 'ASP.NET Core project',
  takes: (path) => path.endsWith('.csproj') && !/tests?\.csproj$/i.test(nameOf(path)),
  read: (file, beside) => {
    if (!WEB_PROJECT.test(file.text)) return null;
    const folder = folderOf(file.path);
    // What code sets is set after the configuration is bound.
    const keepAlive = inCode(folder, beside) ?? inSettings(folder, beside) ?? undefined;
    const server: CheckedServer = checkedServer({
      row: ROW,
      place: keepAlive?.keepAliveSeconds.place ?? { file: file.path, line: 1 },
      folder,
      keepAlive,
    });
    return { ...NO_FACTS, servers: [{ ...server, id: `${file.path}#${ROW.id}` }] };
  },
};
