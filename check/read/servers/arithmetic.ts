/** The result of a binary operator; null for one that settings have no use for. */
export const operate = (operator: string, left: number, right: number): number | null => {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return null;
  }
};
