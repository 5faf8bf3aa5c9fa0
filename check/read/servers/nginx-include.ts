import type { FilesBeside } from '../../model.ts';
import { type NginxDirective, NginxSyntaxError, nginxDirectives } from './nginx-directives.ts';
import { folderOf, within } from './program-folder.ts';

/** Includes within includes. */
const DEEPEST = 5;
/** Files that one configuration takes in. */
const MOST_FILES = 200;
/** Longer than any configuration that somebody wrote. */
export const LONGEST_NGINX = 500_000;

/** A pattern of a path with `*` and `?`, as `include` takes it. */
const matcher = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/(\*+|\?)/)
      .map((part) =>
        part.startsWith('*') ? '[^/]*' : part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&'),
      )
      .join('')}$`,
  );

/**
 * The files of the repository that an `include` takes in: relative to the file it stands in, and of /etc/nginx what
 * stands beside the file, as a Dockerfile would copy it.
 */
export function includedFiles(path: string, pattern: string, beside: FilesBeside): readonly string[] {
  if (pattern.length > 300 || /\*{2,}|(?:\*[^*]*){6}/.test(pattern)) return [];
  const relative = pattern.replace(/^\/(?:etc|usr\/local|usr\/share|opt)\/nginx\/(?:conf\/)?/, '');
  if (relative.startsWith('/')) return [];
  const wanted = within(folderOf(path), relative);
  if (wanted === null) return [];
  if (!/[*?]/.test(wanted)) return beside.text(wanted) === null ? [] : [wanted];
  const matches = matcher(wanted);
  return beside.paths.filter((other) => other !== path && matches.test(other));
}

/** The directives of a file with those of the files it includes in their place, and which files those are. */
export interface WithIncludes {
  readonly directives: readonly NginxDirective[];
  readonly files: ReadonlySet<string>;
}

/** Puts what is included where it is included. What is not in the repository, or is broken, is left out here. */
export function withIncludes(
  path: string,
  directives: readonly NginxDirective[],
  beside: FilesBeside,
): WithIncludes {
  const files = new Set<string>();
  const walk = (file: string, list: readonly NginxDirective[], depth: number): readonly NginxDirective[] =>
    list.flatMap((directive) => {
      if (directive.block !== null) return [{ ...directive, block: walk(file, directive.block, depth) }];
      const [pattern = ''] = directive.arguments;
      if (directive.name !== 'include' || depth >= DEEPEST) return [directive];
      return includedFiles(file, pattern, beside).flatMap((other) => {
        const text = beside.text(other);
        if (files.size >= MOST_FILES || text === null || text.length > LONGEST_NGINX) return [];
        files.add(other);
        try {
          return walk(other, nginxDirectives(other, text), depth + 1);
        } catch (error) {
          if (error instanceof NginxSyntaxError) return [];
          throw error;
        }
      });
    });
  return { directives: walk(path, directives, 0), files };
}
