import {
  type FileReader,
  type FilesBeside,
  type ImageBuild,
  NO_FACTS,
  type SourceFile,
} from '../../model.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import { yamlDocuments } from '../yaml-value.ts';
import { folderOf, within } from './program-folder.ts';

/** Longer files are no pipelines. */
const LONGEST_FILE = 300_000;
/** Builds of one file that are read. */
const MOST_BUILDS = 200;

const COMMAND = /\b(?:docker|podman|nerdctl|buildah)\s+(?:buildx\s+|image\s+)?(?:build|bud)\s+([^\n]*)/g;

/** The value of a variable that the file itself sets once: `ECR_REPOSITORY: shop-api`. */
function variableIn(name: string, text: string): string | null {
  const found = new Set(
    [
      ...text.matchAll(
        new RegExp(`(?:^|[\\s;])${name}\\s*(?::=|[:=])\\s*["']?([\\w./-]+)["']?\\s*(?:$|[#;])`, 'gm'),
      ),
    ].map(([, value = '']) => value),
  );
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

/** `$NAME`, `${NAME}`, `${{ env.NAME }}`; what the file does not set stays as it is written. */
const filledIn = (word: string, text: string): string =>
  word.replaceAll(
    /\$\{\{\s*(?:env|vars)\.(\w+)\s*\}\}|\$\{?(\w+)\}?|\$\((\w+)\)/g,
    (written: string, ofGitHub?: string, ofShell?: string, ofMake?: string) =>
      variableIn(ofGitHub ?? ofShell ?? ofMake ?? '', text) ?? written,
  );

/** The Dockerfile that a build takes, seen from the root or from the folder of the file; null where there is none. */
function dockerfileOf(
  context: string,
  file: string | null,
  { path }: SourceFile,
  beside: FilesBeside,
): string | null {
  const wanted = [
    ...(file === null ? [] : [file, `${context}/${file}`]),
    ...(file === null ? [`${context}/Dockerfile`] : []),
  ];
  return (
    wanted
      .flatMap((one) => [within('.', one), within(folderOf(path), one)])
      .find((one) => one !== null && beside.text(one) !== null) ?? null
  );
}

/** Options of `docker build` whose value is the next word. */
const WITH_VALUE =
  /^(?:-[tfmc]|--(?:tag|file|build-arg|target|platform|cache-from|cache-to|label|network|progress|secret|ssh|output|builder|build-context|shm-size|memory|iidfile))$/;

/** The parts of a command that count; null where it gives the image no name. */
function buildIn(
  words: readonly string[],
): { tags: readonly string[]; file: string | null; context: string } | null {
  const tags: string[] = [];
  let file: string | null = null;
  let context = '.';
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, long, given] = /^(--(?:tag|file))=(.*)$/.exec(word) ?? [];
    const value = given ?? words[index + 1] ?? '';
    if (word === '-t' || word === '--tag' || long === '--tag') tags.push(value);
    if (word === '-f' || word === '--file' || long === '--file') file = value;
    if (WITH_VALUE.test(word)) index += 1;
    else if (/^(?:&&|\|\||[;|>])/.test(word)) break;
    else if (!word.startsWith('-')) context = word;
  }
  return tags.length === 0 ? null : { tags, file, context };
}

const wordsIn = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|((?:\$\{\{.*?\}\}|[^\s"'])+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );

/** `docker build` in scripts and pipelines. */
function commandsIn(source: SourceFile, beside: FilesBeside): readonly ImageBuild[] {
  // A line that goes on counts as one, and keeps its place.
  const text = source.text.replaceAll(/\\\r?\n/g, (ending) => ' '.repeat(ending.length));
  return [...text.matchAll(COMMAND)].slice(0, MOST_BUILDS).flatMap((match) => {
    const build = buildIn(wordsIn(match[1] ?? ''));
    if (build === null) return [];
    const dockerfile = dockerfileOf(
      filledIn(build.context, text),
      build.file === null ? null : filledIn(build.file, text),
      source,
      beside,
    );
    const line = source.text.slice(0, match.index).split('\n').length;
    return dockerfile === null
      ? []
      : build.tags.map((tag) => ({
          place: { file: source.path, line },
          image: filledIn(tag, text),
          dockerfile,
        }));
  });
}

/** Steps of a GitHub workflow that use docker/build-push-action, however deep. */
function stepsIn(value: Value, depth = 0): readonly Value[] {
  if (depth > 12) return [];
  if (value.kind === 'list') return value.items.flatMap((item) => stepsIn(item, depth + 1));
  if (value.kind !== 'map') return [];
  if (/^docker\/build-push-action@/.test(textOf(at(value, 'uses')) ?? '')) return [value];
  return [...value.entries.values()].flatMap((one) => stepsIn(one, depth + 1));
}

function actionsIn(source: SourceFile, beside: FilesBeside): readonly ImageBuild[] {
  if (!source.text.includes('docker/build-push-action')) return [];
  return yamlDocuments(source.path, source.text)
    .flatMap(({ value }) => (value === null ? [] : stepsIn(value)))
    .slice(0, MOST_BUILDS)
    .flatMap((step) => {
      const given = (name: string): string | null => {
        const text = textOf(at(step, 'with', name));
        return text === null ? null : filledIn(text, source.text);
      };
      const dockerfile = dockerfileOf(given('context') ?? '.', given('file'), source, beside);
      const tags = itemsOf(at(step, 'with', 'tags')).flatMap((tag) => (textOf(tag) ?? '').split(/[\n,]/));
      return dockerfile === null
        ? []
        : tags.flatMap((tag) => {
            const image = filledIn(tag.trim(), source.text);
            return image === '' ? [] : [{ place: step.place, image, dockerfile }];
          });
    });
}

const PIPELINE =
  /(?:^|\/)\.github\/.*\.ya?ml$|(?:^|\/)(?:\.gitlab-ci|buildspec[\w.-]*|bitbucket-pipelines|azure-pipelines)\.ya?ml$|(?:^|\/)\.circleci\/config\.ya?ml$|(?:^|\/)(?:Makefile|Jenkinsfile|justfile)$|\.sh$/;

/** Builds that scripts and pipelines write out: which Dockerfile makes the image of a name. */
export const IMAGE_BUILDS: FileReader = {
  reads: 'builds of images in pipelines',
  takes: (path) => PIPELINE.test(path),
  read: (source, beside) => {
    if (source.text.length > LONGEST_FILE) return null;
    const builds = [...commandsIn(source, beside), ...actionsIn(source, beside)];
    return builds.length === 0 ? null : { ...NO_FACTS, builds };
  },
};
