import type { Value } from '../value.ts';
import type { Folder, Project } from './project.ts';
import type { Block, Expression } from './syntax.ts';

/** Where an expression stands: in a folder, as one call of it has it. */
export interface Scope {
  readonly folder: Folder;
  /** The module block that calls the folder, and where that stands; null for a folder that nothing calls. */
  readonly call: { readonly block: Block; readonly scope: Scope } | null;
  /** What `each` and the iterators of dynamic blocks go over. */
  readonly iterators: ReadonlyMap<string, Expression>;
}

/** Gives the value of an expression where it stands. */
export interface Evaluation {
  readonly project: Project;
  readonly value: (expression: Expression, scope: Scope) => Value;
}
