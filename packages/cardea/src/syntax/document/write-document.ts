import { stringify } from 'yaml';
import type { FunctionTable } from '../../ast/functions.ts';
import { CardeaError, isCardeaError, issuesError } from '../../errors.ts';
import { formatDocument } from './format-document.ts';
import { parseDocument } from './parse-document.ts';
import type { PolicySet } from './plan-import.ts';
import type { DocumentFormat } from './read-document.ts';

/** How a document is written. */
export interface WriteDocumentOptions {
  readonly format: DocumentFormat;
  /** Which functions its policies may call; those of the library when absent. */
  readonly functions?: FunctionTable;
}

/**
 * Policies and links as the text of one document, which is read again to make sure.
 *
 * @throws CARDEA_DOCUMENT_LIMIT where they are too many for one, and the codes of what cannot be read again
 *
 * @example
 * ```ts
 * const text = writeDocument({ policies, links: [] }, { format: 'yaml' });
 * ```
 */
export function writeDocument({ policies, links }: PolicySet, { format, ...reading }: WriteDocumentOptions): string {
  const list = links.length === 0 ? { policies } : policies.length === 0 ? { links } : { policies, links };
  const text =
    format === 'json' ? JSON.stringify(list) : stringify(list, { aliasDuplicateObjects: false, lineWidth: 100 });
  try {
    const formatted = formatDocument(text, { format });
    const parsed = parseDocument(formatted, { format, ...reading });
    if (parsed.ok) return formatted;
    throw issuesError('document', parsed.issues);
  } catch (error) {
    // What is written must be readable again.
    if (!isCardeaError(error) || error.code !== 'CARDEA_DOCUMENT_LIMIT') throw error;
    const counted = links.length === 0 ? '' : ` and ${links.length} links`;
    const message = `${policies.length} policies${counted} are too many for one document`;
    throw new CardeaError('CARDEA_DOCUMENT_LIMIT', message, { cause: error });
  }
}
