import { CardeaError, type FunctionTable, functionTable, isCardeaError, type Policy, type PolicyLink } from 'cardea';
import { type DocumentFormat, formatDocument, parseDocument } from 'cardea/document';
import { vaktFunctions } from 'cardea/vakt';
import { stringify } from 'yaml';
import { issuesFound } from './report-error.ts';

/** What one document holds. */
export interface DocumentContent {
  readonly policies: readonly Policy[];
  readonly links: readonly PolicyLink[];
}

/** How a document is written. */
export interface DocumentStyle {
  readonly format: DocumentFormat;
  /** Which functions its policies may call; those of imported vakt policies when absent. */
  readonly functions?: FunctionTable;
  /** What to do where it is too large for one document. */
  readonly hint: string;
}

/** The format that the name of a file tells. */
export function documentFormat(file: string): DocumentFormat {
  return /\.json$/i.test(file) ? 'json' : 'yaml';
}

/**
 * Policies and links as the text of one document, which is read again to make sure.
 *
 * @throws CARDEA_DOCUMENT_LIMIT where they are too many for one
 */
export function documentText({ policies, links }: DocumentContent, style: DocumentStyle): string {
  const { format, functions = functionTable(vaktFunctions) } = style;
  const list = links.length === 0 ? { policies } : policies.length === 0 ? { links } : { policies, links };
  const text =
    format === 'json' ? JSON.stringify(list) : stringify(list, { aliasDuplicateObjects: false, lineWidth: 100 });
  try {
    const formatted = formatDocument(text, { format });
    const parsed = parseDocument(formatted, { format, functions });
    if (parsed.ok) return formatted;
    throw issuesFound(parsed.issues);
  } catch (error) {
    // What is written must be readable again.
    if (!isCardeaError(error) || error.code !== 'CARDEA_DOCUMENT_LIMIT') throw error;
    const what = [`${policies.length} policies`, ...(links.length === 0 ? [] : [`${links.length} links`])].join(
      ' and ',
    );
    throw new CardeaError('CARDEA_DOCUMENT_LIMIT', `${what} are too many for one document: ${style.hint}`, {
      cause: error,
    });
  }
}
