import { type FileReader, NO_FACTS } from '../../model.ts';

interface Language {
  readonly name: string;
  readonly ends: readonly string[];
  /** What starts a server in it. */
  readonly starts: RegExp;
  /** What says that its server is read after all. */
  readonly unless?: RegExp;
}

/** Languages whose servers are not read, by what starts one in them. */
const LANGUAGES: readonly Language[] = [
  {
    name: 'Go (fasthttp, Fiber, Echo, Gin)',
    ends: ['.go'],
    // Servers of net/http are read.
    starts: /\bfasthttp\.(?:ListenAndServe|Server)\b|\bfiber\.New\(|\becho\.New\(|\bgin\.(?:Default|New)\(/,
    unless: /\bhttp\.(?:Server\s*\{|ListenAndServe)/,
  },
  {
    name: 'Rust',
    ends: ['.rs'],
    starts:
      /\baxum::(?:serve|Server)\b|\bHttpServer::new\b|\bhyper::(?:server|Server)\b|\brocket::build\b|\bwarp::serve\b/,
  },
  {
    name: 'Java or Kotlin',
    ends: ['.java', '.kt'],
    starts:
      /\bUndertow\.builder\(|\bHttpServer\.create\(|\bembeddedServer\(|\.createHttpServer\(|\bJavalin\.(?:create|start)\(/,
  },
];

const NOT_DEPLOYED =
  /(?:^|\/)(?:vendor|tests?|examples?|testdata|fixtures|target|build)\/|_test\.go$|Tests?\.(?:java|kt)$/;

const languageOf = (path: string): Language | undefined =>
  LANGUAGES.find(({ ends }) => ends.some((end) => path.endsWith(end)));

/** Sources that start a server and are not read: that is said, and not passed over. */
export const UNREAD_SOURCES: FileReader = {
  reads: 'sources of servers that are not read (frameworks of Go, Rust, Java, Kotlin)',
  takes: (path) => languageOf(path) !== undefined && !NOT_DEPLOYED.test(path),
  read: ({ path, text }) => {
    const language = languageOf(path);
    const match = language?.starts.exec(text);
    if (!language || !match || language.unless?.test(text)) return null;
    const line = text.slice(0, match.index).split('\n').length;
    return {
      ...NO_FACTS,
      unread: [
        {
          place: { file: path, line },
          what: `server in ${language.name}`,
          why: `sources in ${language.name} are not read: say its keep-alive by hand`,
        },
      ],
    };
  },
};
