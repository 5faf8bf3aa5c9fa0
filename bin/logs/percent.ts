/** A probability as whole percent; none is reported as certain. */
export const percent = (probability: number): string =>
  probability > 0.99 ? 'over 99 %' : `${Math.round(probability * 100)} %`;
