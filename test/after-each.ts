import { afterEach } from 'vitest';
import { nothingRefused } from './running-moto.ts';

/** What AWS would refuse fails the test that asked for it, whatever became of the answer. */
afterEach(nothingRefused);
