/** A whole number in groups of three digits: `90,000`. The formats of a locale take long to load for so little. */
export const thousands = (count: number): string => String(count).replace(/\d(?=(?:\d{3})+$)/g, '$&,');
