/** Tags and attributes that the widget may send; anything else in its markup came from a value. */
const TAG =
  /<\/?(?:div|style|span|small|table|thead|tbody|tr|th|td|p|b|br|strong|button|cwdb-action|svg|rect|path|details|summary|h2|h3|ol|ul|li|pre|a|form|input|select|option)(?: [a-z-]+="[^"<>]*")*\/?>/g;

/** The text between the tags, with its entities; the style sheet is left out. */
export const textOf = (markup: string): string =>
  markup.replace(/<style>.*?<\/style>/g, '').replace(TAG, '\n');

/** Whether every tag is one that the widget sends on purpose. */
export const isClean = (markup: string): boolean => !/[<>]/.test(textOf(markup));

/** The rows of the first table. */
export const rowsOf = (markup: string): string[] => markup.match(/<tr><td.*?<\/tr>/g) ?? [];

/** The parameters of every click, in order. */
export const clicksOf = (markup: string): unknown[] =>
  [...markup.matchAll(/<cwdb-action[^>]*>(.*?)<\/cwdb-action>/g)].map(([, text = '']) =>
    JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')),
  );
