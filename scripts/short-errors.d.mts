import type { Plugin } from 'esbuild';

/** Says the error classes of an AWS client in a line each. */
export const shortErrors: Plugin;
