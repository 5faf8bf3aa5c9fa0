/** The folder of a file; `.` is the root. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end);
}

/** The last part of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The last part of a path without its extension: `server` of `src/server.js`. */
export const stemOf = (path: string): string => nameOf(path).replace(/(?<=.)\.[^.]*$/, '');

/** A path seen from a folder, without `.` and `..`: `nginx.conf` in `docker` is `docker/nginx.conf`. */
export function within(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.length === 0 ? '.' : parts.join('/');
}

/** Whether a path is a folder or lies in it. */
export const isWithin = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`);

const BESIDE_THE_PROGRAM =
  /(?:^|\/)(?:tests?|testing|__[a-z0-9]+__|specs?|e2e(?:[._-]\w+)*|fixtures?|testdata|benchmarks?|(?:load|perf|performance|integration|smoke|acceptance)[._-]?tests?|test[._-](?:apps?|clients?|servers?|harness|helpers?|utils?|support|fixtures?)|cypress|playwright|mocks?|mock[._-]\w+)\/|[._-](?:test|spec|e2e)\.[^/.]+$|(?:^|\/)test_[^/]+\.py$|(?:^|\/)(?:dev|mock|stub|fake)[-_.][^/]*\.[cm]?[jt]sx?$|(?:^|\/)(?:mock|stub|fake)(?:Server|Api|App)\w*\.[cm]?[jt]sx?$|(?:^|\/)cdk\.out\/asset\./;

/** Whether a file is there for tests, or is the CDK's copy of another: a server in it serves nobody by itself. */
export const isBesideTheProgram = (path: string): boolean => BESIDE_THE_PROGRAM.test(path);

/** Whether a file shows others how it could be done: what it sets up is deployed by nobody, or by those who copy it. */
export const isExample = (path: string): boolean =>
  /(?:^|\/)(?:examples?|samples?|docs?|documentation|tutorials?)\//i.test(path);

/** Orders text the same on every machine. */
export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
