import { type CheckedServer, type FileReader, type FilesBeside, NO_FACTS } from '../../model.ts';
import { ApacheReader, directivesIn, SETS } from './apache-reader.ts';
import { programFolder } from './program-folder.ts';

const LONGEST_FILE = 500_000;

const IS_APACHE =
  /^[ \t]*(?:<VirtualHost\b|KeepAlive(?:Timeout)?[ \t]|MaxKeepAliveRequests[ \t]|LoadModule[ \t]|DocumentRoot[ \t]|ServerRoot[ \t]|<(?:Directory|Location|IfModule|FilesMatch|LocationMatch|DirectoryMatch)\b|WSGIScriptAlias[ \t]|ProxyPass[ \t]+\/|RewriteEngine[ \t])/im;
/** What only a whole configuration has, or a virtual host: anything else is a part that another file takes in. */
const IS_WHOLE = new Set(['serverroot', 'loadmodule', 'listen', 'virtualhost']);

/** The configuration that a part has no part in: it holds unless that sets something else. */
const MAIN = 'the main configuration of its server';

/** Text of Apache's configuration that lies in the repository, or within another file of it. */
export interface ApacheText {
  readonly path: string;
  readonly text: string;
}

const setsForAll = ({ text }: ApacheText): boolean =>
  directivesIn(text).some(({ name, host }) => host === null && SETS.has(name));

/**
 * The servers that texts of one program set up. What one of them sets for the whole server holds in the others: a part
 * that sets nothing is no server of its own, unless no other does.
 */
export function apacheServers(texts: readonly ApacheText[], folder: string): readonly CheckedServer[] {
  const setting = texts.filter(setsForAll);
  const whole = texts.filter(({ text }) => directivesIn(text).some(({ name }) => IS_WHOLE.has(name)));
  // A part that only sets something speaks by the files that it holds for.
  const speaking = whole.length > 0 ? whole : setting;
  if (speaking.length === 0) {
    const [first] = texts;
    return first === undefined
      ? []
      : new ApacheReader(first.path, folder, directivesIn(first.text))
          .servers()
          .map((server) => ({ ...server, unless: MAIN }));
  }
  return speaking.flatMap((one) => {
    const own = directivesIn(one.text);
    const others = setting.filter((other) => other !== one);
    const inherited = setsForAll(one)
      ? []
      : others.flatMap((other) =>
          directivesIn(other.text)
            .filter(({ name, host }) => host === null && SETS.has(name))
            .map((directive) => ({ ...directive, file: other.path })),
        );
    return new ApacheReader(one.path, folder, [...inherited, ...own]).servers();
  });
}

const isApache = (path: string): boolean =>
  /\.(?:conf|vhost)(?:\.(?:template|tmpl|j2|erb|in))?$/i.test(path) ||
  /(?:^|\/)(?:sites|conf)-(?:available|enabled)\/[^/]+$/.test(path);

const programs = new WeakMap<FilesBeside, Map<string, readonly ApacheText[]>>();

/** All of Apache's configuration in the folder of a program, read once. */
function textsOf(folder: string, beside: FilesBeside): readonly ApacheText[] {
  const known = programs.get(beside) ?? new Map<string, readonly ApacheText[]>();
  programs.set(beside, known);
  const texts =
    known.get(folder) ??
    beside.paths
      .filter((path) => isApache(path) && programFolder(path, beside) === folder)
      .flatMap((path) => {
        const text = beside.text(path);
        return text !== null &&
          text.length <= LONGEST_FILE &&
          IS_APACHE.test(text) &&
          unclosedIn(text) === null
          ? [{ path, text }]
          : [];
      });
  known.set(folder, texts);
  return texts;
}

/** The line of a virtual host that is not closed. */
function unclosedIn(text: string): number | null {
  const last = directivesIn(text).findLast(({ name }) => name === 'virtualhost' || name === '/virtualhost');
  return last?.name === 'virtualhost' ? last.line : null;
}

/** Configuration of Apache httpd: the server, and virtual hosts that differ from it. */
export const APACHE_FILES: FileReader = {
  reads: 'Apache configuration',
  takes: isApache,
  read: (file, beside) => {
    if (!IS_APACHE.test(file.text)) return null;
    if (file.text.length > LONGEST_FILE)
      return {
        ...NO_FACTS,
        unread: [
          { place: { file: file.path, line: 1 }, what: 'Apache configuration', why: 'it is too long' },
        ],
      };
    const unclosed = unclosedIn(file.text);
    if (unclosed !== null)
      return {
        ...NO_FACTS,
        unread: [
          {
            place: { file: file.path, line: unclosed },
            what: 'Apache configuration',
            why: 'the section VirtualHost is not closed',
          },
        ],
      };
    const folder = programFolder(file.path, beside);
    const servers = apacheServers(textsOf(folder, beside), folder);
    // What another file sets stands there, and is said by the file that it holds for.
    return { ...NO_FACTS, servers: servers.filter(({ id }) => id.startsWith(`${file.path}#`)) };
  },
};
