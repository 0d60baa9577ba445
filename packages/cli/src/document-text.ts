import { CardeaError, type FunctionTable, functionTable, isCardeaError } from 'cardea';
import { type DocumentFormat, type PolicySet, writeDocument } from 'cardea/document';
import { vaktFunctions } from 'cardea/vakt';

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
export function documentText(content: PolicySet, style: DocumentStyle): string {
  const { format, functions = functionTable(vaktFunctions), hint } = style;
  try {
    return writeDocument(content, { format, functions });
  } catch (error) {
    if (!isCardeaError(error) || error.code !== 'CARDEA_DOCUMENT_LIMIT') throw error;
    throw new CardeaError('CARDEA_DOCUMENT_LIMIT', `${error.message}: ${hint}`, { cause: error });
  }
}
