export function compactErrors(text: string): string;
