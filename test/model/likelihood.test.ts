import { expect, test } from 'vitest';
import { likelihoodText } from '../../lambda/model/likelihood.ts';

test.each([
  [1, 'almost certain'],
  [0.95, 'almost certain'],
  [0.9499, 'very likely'],
  [0.8, 'very likely'],
  [0.7999, 'likely'],
  [0.55, 'likely'],
  [0.5499, 'as likely as not'],
  [0.45, 'as likely as not'],
  [0.4499, 'unlikely'],
  [0.2, 'unlikely'],
  [0.1999, 'very unlikely'],
  [0.05, 'very unlikely'],
  [0.0499, 'almost no chance'],
  [0, 'almost no chance'],
])('a probability of %f is called %s', (probability, words) => {
  expect(likelihoodText(probability)).toBe(words);
});
