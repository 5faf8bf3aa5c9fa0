import type { SyntaxNode } from '@lezer/common';

/** A name that is given a value. */
export interface PythonAssignment {
  /** `keepalive`, `config.keep_alive_timeout`. */
  readonly name: string;
  readonly value: SyntaxNode;
  readonly at: SyntaxNode;
  /** Whether it stands within `if`, `for`, `while` or `try`. */
  readonly isConditional: boolean;
}

/** A call by name. */
export interface PythonCall {
  /** `uvicorn.run`. */
  readonly name: string;
  readonly keywords: ReadonlyMap<string, SyntaxNode>;
  /** Whether `**options` can hold further ones. */
  readonly isOpen: boolean;
  readonly at: SyntaxNode;
  /** Whether it stands within `if __name__ == "__main__"`. */
  readonly isMain: boolean;
}

/** A number, and the variable of the environment that would take its place. */
export interface PythonNumber {
  readonly value: number;
  readonly variable: string | null;
}
