import { z } from 'zod';

/**
 * What a text of the configuration names, told in the metadata of its schema: a file, a module that is a file where its name is
 * no word, or a store, which is a file where it is no URL. A relative one is relative to the folder of the file that says it.
 */
export type PathKind = 'file' | 'module' | 'store';

const named = (kind: PathKind): z.ZodType<string> => z.string().min(1).meta({ path: kind });

/** A file. */
export const filePath: z.ZodType<string> = named('file');

/** Files. */
export const fileList: z.ZodDefault<z.ZodArray<z.ZodType<string>>> = z.array(filePath).default([]);

/** Modules. */
export const moduleList: z.ZodDefault<z.ZodArray<z.ZodType<string>>> = z.array(named('module')).default([]);

/** Where a log goes: a file, or the URL of what keeps it. */
export const logName: z.ZodType<string> = named('store');

/** A store: an SQLite file, or the URL of a database. */
export const storeName: z.ZodType<string> = named('store');
