import { afterEach } from 'vitest';
import { nothingRefused } from './moto.ts';

/** What AWS would refuse fails the test that asked for it, whatever became of the answer. */
afterEach(nothingRefused);
