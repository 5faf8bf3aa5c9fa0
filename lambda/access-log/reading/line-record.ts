/**
 * What is found of a line, as it stands in memory: read by the code in assembly/, which writes it, and by the code that
 * counts. Places are bytes from the begin of the record; of the line's texts, bytes from the begin of the line.
 */
export const RECORD_BYTES = 88;

/** Where the line ends, from the begin of the chunk; 4 bytes, as are the three hashes. */
export const LINE_END = 0;
export const EXACT_PATH = 4;
export const ROUTE = 8;
export const CLIENT = 12;
/** {@link LEFT_TO_READER}, {@link FOUND} or {@link FOUND_WEB_SOCKET}; 2 bytes, as are all that follow. */
export const STATE = 16;
export const LOAD_BALANCER_START = 18;
export const LOAD_BALANCER_END = 20;
export const TARGET_START = 22;
export const TARGET_END = 24;
export const TARGET_GROUP_START = 26;
export const TARGET_GROUP_END = 28;
export const ELB_STATUS = 30;
/** 0 where the line has `-`. */
export const TARGET_STATUS = 32;
/** How many bytes the line has behind its target group. */
export const REST_BYTES = 34;
/** Numbers of these texts, the same in each line; 0 where a text has none. */
export const LOAD_BALANCER_TEXT = 36;
export const TARGET_TEXT = 38;
export const TARGET_GROUP_TEXT = 40;
/** Seconds since 1970; 8 bytes, as are all that follow. */
export const END_SECONDS = 48;
export const REQUEST_SECONDS = 56;
export const TARGET_SECONDS = 64;
export const RESPONSE_SECONDS = 72;
/** -1 where the method has no body. */
export const BODY_BYTES = 80;

/** So many texts are kept, to be known again, in so many bytes each; a power of two. */
export const MOST_TEXTS = 4096;
export const TEXT_BYTES = 128;

/** Nothing but its end is known: the line is to be read by who counts, as are those that failed. */
export const LEFT_TO_READER = 0;
export const FOUND = 1;
export const FOUND_WEB_SOCKET = 2;
