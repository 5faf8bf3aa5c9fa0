/** The address of a client by its number. */
export const clientAddress = (number: number): string => `198.51.${(number >> 8) % 256}.${number % 256}`;

/** The address of a partner's server, which calls back. */
export const partnerAddress = (number: number): string => `192.0.2.${10 + (number % 200)}`;
