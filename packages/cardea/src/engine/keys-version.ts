/**
 * The version of what keys mean. Rows that were written under a lower one are to be written again; until then
 * they are found, because whoever meets shapes of another version asks for everything.
 */
export const KEYS_VERSION = 1;
